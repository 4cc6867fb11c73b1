#!/usr/bin/env python3
"""Checks a ledger against docs/ledger-format.md: a second implementation, with no code of aepro.

usage: scripts/verify_ledger.py [--json] sqlite:PATH | postgresql://...

Needs Python's standard library, the zstd program and, for PostgreSQL, psql. Recomputes every record's
hash, the continuity of segments and states, and that each table has the rows that the stored decisions
ask for. It does not decide again: that is `aepro verify`. Exit codes: 0 sound, 1 damage found, 2 could
not check, 64 usage.
"""
import collections
import hashlib
import json
import re
import sqlite3
import struct
import subprocess
import sys

ACCEPTED, REJECTED, DUPLICATE, CONFLICT = 1, 2, 3, 4
VERDICTS = {ACCEPTED: "accepted", REJECTED: "rejected", DUPLICATE: "duplicate", CONFLICT: "conflict"}
Decision = collections.namedtuple("Decision", "rejection findings alerts")


class Damage(Exception):
    """Stored bytes that are not in the format."""


class CannotCheck(Exception):
    """Something that keeps us from looking at all."""


# --- stores ---------------------------------------------------------------------------------------


class SqliteStore:
    def __init__(self, path):
        try:
            self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            self.connection.execute("BEGIN")
            self.connection.execute("SELECT 1 FROM ledger_segment LIMIT 1")
        except sqlite3.Error as problem:
            raise CannotCheck(f"{path}: {problem}") from problem

    def rows(self, columns, rest):
        """Yields rows; a column named *name holds bytes."""
        names = ", ".join(name.lstrip("*") for name in columns)
        yield from self.connection.execute(f"SELECT {names} FROM {rest}")

    def options(self):
        """Yields digest and text, as bytes."""
        yield from self.rows(["*digest", "*CAST(text AS BLOB)"], "decide_options")


class PostgresStore:
    def __init__(self, url):
        self.url = url
        next(self.rows(["1"], "ledger_segment LIMIT 1"), None)

    def rows(self, columns, rest):
        names = ", ".join(f"encode({name[1:]}, 'hex')" if name[0] == "*" else name for name in columns)
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.url, "-c",
                   f"COPY (SELECT {names} FROM {rest}) TO STDOUT"]
        try:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        except OSError as problem:
            raise CannotCheck(f"psql: {problem}") from problem
        for line in process.stdout:
            yield tuple(self.value(name, text) for name, text in zip(columns, line.rstrip("\n").split("\t")))
        error = process.stderr.read()
        if process.wait() != 0:
            raise CannotCheck(error.strip())

    def options(self):
        yield from self.rows(["*digest", "*convert_to(text, 'UTF8')"], "decide_options")

    @staticmethod
    def value(name, text):
        if text == "\\N":
            return None
        if name[0] == "*":
            return bytes.fromhex(text)
        return int(text) if re.fullmatch(r"-?\d+", text) and not name.endswith("topic") else text


def open_store(url):
    if url.startswith("sqlite:"):
        return SqliteStore(url[len("sqlite:"):])
    if re.match(r"postgres(ql)?://", url):
        return PostgresStore(url)
    print(__doc__.split("\n\n")[1], file=sys.stderr)
    sys.exit(64)


# --- formats --------------------------------------------------------------------------------------


def unpack_frame(frame):
    done = subprocess.run(["zstd", "-d", "-c", "-q"], input=frame, capture_output=True, check=False)
    if done.returncode != 0:
        raise Damage("not a zstd frame")
    return done.stdout


def varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Damage("a varint is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """Yields field number and value of a Protobuf message: int, or bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
            if at > len(data):
                raise Damage("a field is cut short")
        else:
            raise Damage("a wire type that the format does not use")
        yield tag >> 3, value


def numbers(value):
    if isinstance(value, int):
        return [value]
    out, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        out.append(number)
    return out


def zigzag(number):
    return (number >> 1) ^ -(number & 1)


def signed(number):
    return number - (1 << 64) if number >> 63 else number


def message(data, lists, blobs):
    out = {number: [] for number in lists} | {number: b"" for number in blobs}
    for number, value in fields(data):
        if number in lists:
            out[number] += numbers(value)
        elif number in blobs:
            out[number] = value
    return out


def cut(blob, lengths):
    """Cuts `blob` into pieces; a length of None is a null piece."""
    pieces, at = [], 0
    for length in lengths:
        pieces.append(None if length is None else blob[at:at + length])
        at += length or 0
    if at != len(blob):
        raise Damage("lengths and bytes differ")
    return pieces


def segment_records(frame, first_offset, count):
    found = message(unpack_frame(frame), (1, 2, 3, 5, 7), (4, 6, 8))
    if any(len(found[number]) != count for number in (1, 2, 3, 5, 7)):
        raise Damage("not as many records as the segment says")
    keys = cut(found[4], [n - 1 if n else None for n in found[3]])
    headers = cut(found[6], found[5])
    values = cut(found[8], [n - 1 if n else None for n in found[7]])
    timestamp = 0
    for i in range(count):
        timestamp += zigzag(found[2][i])
        yield first_offset + found[1][i], timestamp, keys[i], headers[i], values[i]


def segment_decisions(frame, count):
    data = unpack_frame(frame)
    found = message(data, (2,), (1, 3, 5))
    if len(found[1]) != count or len(found[2]) != count or len(found[5]) != 8 * count:
        raise Damage("not as many decisions as the segment says")
    firsts = []
    for number, value in fields(data):
        if number == 4:
            name = {1: b"", 2: 0, 3: 0} | dict(fields(value))
            firsts.append((name[1], signed(name[2]), signed(name[3])))
    decisions = cut(found[3], found[2])
    for i in range(count):
        verdict = found[1][i]
        if verdict not in VERDICTS:
            raise Damage("a verdict is none of the four")
        first = firsts.pop(0) if verdict in (DUPLICATE, CONFLICT) else None
        yield verdict, decisions[i], found[5][8 * i:8 * i + 8], first
    if firsts:
        raise Damage("more first records than duplicates and conflicts")


def read_decision(data):
    """Returns what the decision asks of the tables."""
    at = 0

    def take(layout):
        nonlocal at
        values = struct.unpack_from(">" + layout, data, at)
        at += struct.calcsize(">" + layout)
        return values[0] if len(values) == 1 else values

    def text(layout="B"):
        nonlocal at
        length = take(layout)
        at += length
        return data[at - length:at].decode()

    version, _, rejection, _, _ = take("BIBBI")
    if version != 1:
        raise Damage("a decision of another format")
    findings = []
    for _ in range(take("H")):
        findings.append((take("H"), text()))
        text("H")
    for _ in range(take("B")):
        text(), take("d"), text(), text()
    alerts = [(text(), take("B")) for _ in range(take("B"))]
    if at != len(data):
        raise Damage("bytes behind a decision")
    return Decision(rejection, findings, alerts)


def record_hash(previous, stream, record, decided):
    offset, timestamp, key, headers, value = record
    verdict, decision, _, first = decided
    topic, partition = stream
    data = b"\x01" + previous + struct.pack(">H", len(topic)) + topic + struct.pack(">iqq", partition, offset, timestamp)
    data += struct.pack(">i", -1) if key is None else struct.pack(">i", len(key)) + key
    data += hashlib.sha256(headers).digest()
    data += struct.pack(">i", -1 if value is None else len(value)) + hashlib.sha256(value or b"").digest()
    data += struct.pack(">BI", verdict, len(decision)) + decision
    if first:
        data += struct.pack(">H", len(first[0])) + first[0] + struct.pack(">iq", first[1], first[2])
    return hashlib.sha256(data).digest()


# --- the check ------------------------------------------------------------------------------------


class Checker:
    def __init__(self, store):
        self.store = store
        self.problems = []
        self.partitions = []
        self.options = {digest for digest, text in store.options() if hashlib.sha256(text).digest() == digest}

    def problem(self, kind, stream, offset, text):
        self.problems.append({"kind": kind, "topic": stream[0].decode(), "partition": stream[1],
                              "offset": offset, "message": text})

    def run(self):
        states = list(self.store.rows(
            ["stream_id", "topic", "partition", "next_offset", "*chain_head", "accepted", "rejected", "duplicate",
             "conflict"], "partition_state JOIN stream USING (stream_id) ORDER BY topic, partition"))
        for stream_id, topic, partition, next_offset, head, *counts in states:
            self.check_stream(stream_id, (topic.encode(), partition), next_offset, head, counts)

    def check_stream(self, stream_id, stream, next_offset, stored_head, stored_counts):
        head, last, counts = bytes(32), -1, collections.Counter()
        wanted = {name: collections.Counter() for name in ("event", "dead_letter", "conflict", "finding", "alert")}
        for row in self.store.rows(
                ["first_offset", "last_offset", "record_count", "*chain_before", "*chain_after", "*records",
                 "*decisions", "*options"], f"ledger_segment WHERE stream_id = {stream_id} ORDER BY first_offset"):
            first, segment_last, count, before, after, records, decisions, options = row
            if options is not None and options not in self.options:
                self.problem("options_damaged", stream, first, "its decide options are missing or changed")
            if first <= last:
                self.problem("segment_order", stream, first, "overlaps the segment before it")
            if before != head:
                self.problem("segment_order", stream, first, "does not continue the chain of the segment before it")
            head, last = after, segment_last
            try:
                self.check_segment(stream, before, after,
                                   list(segment_records(records, first, count)),
                                   list(segment_decisions(decisions, count)), counts, wanted)
            except (Damage, struct.error, UnicodeDecodeError, IndexError) as problem:
                self.problem("segment_damaged", stream, first, str(problem))
        if next_offset != (last + 1 if last >= 0 else -1):
            self.problem("state_differs", stream, last + 1, f"next_offset is {next_offset}")
        if stored_head != head:
            self.problem("state_differs", stream, last, "chain_head is not the last record's hash")
        if stored_counts != [counts[verdict] for verdict in VERDICTS]:
            self.problem("state_differs", stream, -1, "the counts are not those of the ledger")
        self.check_tables(stream_id, stream, wanted)
        self.partitions.append(
            {"topic": stream[0].decode(), "partition": stream[1], "next_offset": next_offset,
             "read": sum(counts.values()), **{VERDICTS[v]: counts[v] for v in VERDICTS},
             "chain_head": stored_head.hex()})

    def check_segment(self, stream, before, after, records, decisions, counts, wanted):
        head, broken, last = before, False, -1
        for record, decided in zip(records, decisions):
            offset, verdict = record[0], decided[0]
            if offset <= last:
                raise Damage("offsets do not grow")
            last = offset
            head = record_hash(head, stream, record, decided)
            if head[:8] != decided[2] and not broken:
                self.problem("chain_broken", stream, offset, "not what the chain covers")
                broken = True
            counts[verdict] += 1
            decision = read_decision(decided[1])
            if (decision.rejection != 0) != (verdict == REJECTED):
                self.problem("verdict_differs", stream, offset, f"{VERDICTS[verdict]} against its decision")
            if verdict == REJECTED:
                wanted["dead_letter"][offset, decision.rejection] += 1
            if verdict == CONFLICT:
                wanted["conflict"][offset, decided[3][2]] += 1
            if verdict == ACCEPTED:
                wanted["event"][offset, record[1]] += 1
                wanted["finding"].update((offset, rule, variable) for rule, variable in decision.findings)
            if verdict != DUPLICATE:
                wanted["alert"].update((offset, rule, urgency) for rule, urgency in decision.alerts)
        if head != after and not broken:
            self.problem("chain_broken", stream, last, "chain_after is not the last record's hash")

    def check_tables(self, stream_id, stream, wanted):
        columns = {"event": ["record_timestamp"], "dead_letter": ["code"], "conflict": ["first_offset"],
                   "finding": ["rule", "coalesce(variable, '')"], "alert": ["rule", "urgency"]}
        for table, names in columns.items():
            found = collections.Counter(
                self.store.rows(["record_offset"] + names, f"{table} WHERE stream_id = {stream_id}"))
            for row in sorted(wanted[table] - found):
                self.problem("row_missing", stream, row[0], f"table {table}: no row {row}")
            for row in sorted(found - wanted[table]):
                self.problem("row_inserted", stream, row[0], f"table {table}: row {row} has no evidence")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--json"]
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)
        return 64
    try:
        checker = Checker(open_store(arguments[0]))
        checker.run()
    except (CannotCheck, sqlite3.Error, OSError) as problem:
        print(f"verify_ledger: {problem}", file=sys.stderr)
        return 2
    if "--json" in sys.argv:
        print(json.dumps({"ok": not checker.problems, "partitions": checker.partitions,
                          "problems": checker.problems}, indent=2))
    else:
        for found in checker.problems[:20]:
            print("{kind}: {topic}[{partition}] offset {offset}: {message}".format(**found))
        print(f"{sum(p['read'] for p in checker.partitions)} records,",
              "ok" if not checker.problems else f"{len(checker.problems)} problems")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
