#!/usr/bin/env python3
"""Checks a ledger against docs/ledger-format.md: a second implementation, with no code of aepro.

usage: scripts/verify_ledger.py [--json] sqlite:PATH | postgresql://...

Needs Python's standard library, the zstd program and, for PostgreSQL, psql. Recomputes every record's
hash, the continuity of segments and states, the identity of each event, that each table has the rows that
the stored decisions ask for, and that what rows refer to is there. It does not decide again and does not
compare the clinical columns, the rules' texts and the schema: that is `aepro verify`. Reads one snapshot.
Exit codes: 0 sound, 1 damage found, 2 could not check, 64 usage.
"""
import collections
import hashlib
import json
import re
import sqlite3
import struct
import subprocess
import sys

SCHEMA_VERSION = 7  # The newest that docs/ledger-format.md describes here.
ACCEPTED, REJECTED, DUPLICATE, CONFLICT = 1, 2, 3, 4
VERDICTS = {ACCEPTED: "accepted", REJECTED: "rejected", DUPLICATE: "duplicate", CONFLICT: "conflict"}
KINDS = {16: (1, "adverseEvent"), 17: (2, "questionnaireResponse"), 18: (3, "subjectData")}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SHARED = {  # The text columns, in the order in which they enter the row's id.
    "place": ("study", "site"),
    "coding": ("aellt", "aelltcd", "aedecod", "aeptcd", "aehlt", "aehltcd", "aehlgt", "aehlgtcd", "aebodsys",
               "aebdsycd", "aesoc", "aesoccd", "meddra_version"),
    "circumstance": ("aerel", "aecat", "aetox", "aeenrtpt", "suspect_product", "reporter"),
    "form": ("instrument", "instrument_version", "visit", "visitnum", "language", "window_days", "link_ids")}
Decision = collections.namedtuple("Decision", "rules_version rejection findings alerts")
Identity = collections.namedtuple("Identity", "kind key has_deadline")


class Damage(Exception):
    """Stored bytes that are not in the format."""


class CannotCheck(Exception):
    """Something that keeps us from looking at all."""


# --- stores ---------------------------------------------------------------------------------------


# Both yield rows; a column named *name holds bytes, @name a 16-byte key, $name text, any other an integer.


class SqliteStore:
    def __init__(self, path):
        try:
            self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            # Text that is not UTF-8 is damage, not a reason to stop.
            self.connection.text_factory = lambda text: text.decode(errors="replace")
            self.connection.execute("BEGIN")
        except sqlite3.Error as problem:
            raise CannotCheck(f"{path}: {problem}") from problem

    def rows(self, columns, rest):
        names = ", ".join(name.lstrip("*@$") for name in columns)
        yield from self.connection.execute(f"SELECT {names} FROM {rest}")

    def has_table(self, name):
        return list(self.connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", [name])) != []

    def version_times(self):
        """Yields each version of the schema and when it was applied, in seconds."""
        yield from self.rows(["version", "strftime('%s', applied_at)"], "schema_version")

    def options(self):
        """Yields digest and text, as bytes."""
        yield from self.rows(["*digest", "*CAST(text AS BLOB)"], "decide_options")


class PostgresStore:
    """One psql in one transaction, so that a node may go on writing. One query at a time."""

    END = "--- end of rows"

    def __init__(self, url):
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url]
        try:
            self.psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True)
        except OSError as problem:
            raise CannotCheck(f"psql: {problem}") from problem
        self.tell("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;")

    def tell(self, line):
        try:
            self.psql.stdin.write(line + "\n")
            self.psql.stdin.flush()
        except BrokenPipeError:
            raise CannotCheck(self.psql.stderr.read().strip()) from None

    def rows(self, columns, rest):
        names = ", ".join(self.expression(name) for name in columns)
        self.tell(f"COPY (SELECT {names} FROM {rest}) TO STDOUT;\n\\echo '{self.END}'")
        for line in self.psql.stdout:
            if line == self.END + "\n":
                return
            yield tuple(self.value(name, text) for name, text in zip(columns, line[:-1].split("\t")))
        raise CannotCheck(self.psql.stderr.read().strip())

    def has_table(self, name):
        return list(self.rows(["1"], f"(SELECT to_regclass('{name}') AS found) t WHERE found IS NOT NULL")) != []

    def version_times(self):
        yield from self.rows(["version", "extract(epoch FROM applied_at)::bigint"], "schema_version")

    @staticmethod
    def expression(name):
        if name[0] == "*":
            return f"encode({name[1:]}, 'hex')"
        return f"encode(uuid_send({name[1:]}), 'hex')" if name[0] == "@" else name.lstrip("$")

    def options(self):
        yield from self.rows(["*digest", "*convert_to(text, 'UTF8')"], "decide_options")

    @staticmethod
    def value(name, text):
        if text == "\\N":
            return None
        if name[0] in "*@":
            return bytes.fromhex(text)
        if name[0] == "$":
            letters = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
            return re.sub(r"\\(.)", lambda found: letters.get(found[1], found[1]), text)
        return int(text)


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


def wire_fields(data):
    """Yields field number and value of an event as its sender encoded it, which may hold fields of its own."""
    at, groups = 0, 0
    while at < len(data):
        tag, at = varint(data, at)
        value = None
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        elif tag & 7 in (1, 5):
            at += 8 if tag & 7 == 1 else 4
        else:
            groups += 1 if tag & 7 == 3 else -1
        if at > len(data):
            raise Damage("a value is cut short")
        if not groups and value is not None:
            yield tag >> 3, value


def json_identity(value):
    """None where Protobuf's JSON reader is more tolerant than Python's."""
    try:
        event = json.loads(value)
        body = [kind for kind, name in KINDS.values()
                if event.get(name, event.get(re.sub("[A-Z]", lambda big: "_" + big[0].lower(), name))) is not None]
        texts = [event.get("eventId", event.get("event_id", "")), event.get("study", "")]
        return body[-1], texts[0].encode(), texts[1].encode(), event.get("deadline") is not None
    except (ValueError, AttributeError, IndexError):
        return None


def wire_identity(value):
    if value[:1] == b"\0":  # The wire framing: schema id, then [0], short or written out.
        value = value[6:] if value[5:6] == b"\0" else value[7:]
    found = {1: b"", 2: b""}
    kind = 0
    for number, field in wire_fields(value):
        if not isinstance(field, bytes):
            continue  # Of another type than the field has: no decoder takes it for it.
        kind = KINDS[number][0] if number in KINDS else kind
        found[number] = field
    return kind, found[1], found[2], 8 in found


def content_type(headers):
    at, found = 0, b""
    while at < len(headers):
        length, = struct.unpack_from(">I", headers, at)
        name, at = headers[at + 4:at + 4 + length].lower(), at + 4 + length
        length, = struct.unpack_from(">i", headers, at)
        value, at = headers[at + 4:at + 4 + max(length, 0)], at + 4 + max(length, 0)
        found = value if name == b"content-type" else found
    return found.split(b";")[0].strip(b" \t").lower()


def identify(headers, value):
    """Returns kind and key of an event, or None where only its sender's dialect of JSON hides them."""
    found = json_identity(value) if content_type(headers) == b"application/json" else wire_identity(value)
    if found is None:
        return None
    kind, event_id, study, has_deadline = found
    if UUID.fullmatch(event_id.decode("latin-1")):
        return Identity(kind, bytes.fromhex(event_id.decode().replace("-", "")), has_deadline)
    named = struct.pack(">BI", kind, len(study)) + study + event_id
    return Identity(kind, hashlib.sha256(named).digest()[:16], has_deadline)


def shared_id(number, texts):
    encoded = bytes([number])
    for text in texts:
        encoded += struct.pack(">I", len((text or "").encode())) + (text or "").encode()
    return struct.unpack(">q", hashlib.sha256(encoded).digest()[:8])[0]


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
        return data[at - length:at].decode(errors="replace")  # A detail may quote bytes that are not UTF-8.

    version, rules_version, rejection, _, _ = take("BIBBI")
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
    return Decision(rules_version, rejection, findings, alerts)


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


# The columns that are compared with the evidence, record by record.
COLUMNS = {"event": ["record_timestamp", "kind", "@event_key"], "dead_letter": ["record_timestamp", "code"],
           "conflict": ["record_timestamp", "@event_key", "first_stream_id", "first_offset"],
           "finding": ["rule", "$coalesce(variable, '')"], "alert": ["record_timestamp", "$rule", "urgency"],
           "subject": ["record_timestamp"]}

# The alert of an adverse event that was stored after its sender's deadline: rule and urgency; and that of one whose
# sender set none, and that took longer than its lane allows.
LATE_ALERT = ("late-adverse-event", 2)
DELAYED_ALERT = ("delayed-adverse-event", 1)
# That of a report under the id of another one that says something else.
CONFLICT_ALERT = ("conflicting-report", 2)
ADVERSE_EVENT = 1
LANE_DEADLINE_MAX = 3_600_000  # ms


def late_alert(identity):
    if identity is None:  # Nobody knows whether its sender set a deadline.
        return None, None
    return LATE_ALERT if identity.has_deadline else DELAYED_ALERT


class Checker:
    def __init__(self, store):
        self.store = store
        self.problems = []
        self.partitions = []
        self.streams = {}     # (topic, partition): stream_id
        self.keys = {}        # event_key: (stream_id, offset), of the rows of table event
        self.repeats = []     # (stream, offset, key, first)
        self.late_alerts = {} # offset: rule and urgency, of the accepted adverse events of one stream
        self.check_schema_version()
        self.options = {digest for digest, text in store.options() if hashlib.sha256(text).digest() == digest}

    def check_schema_version(self):
        """Tables of a later version may mean something else: nothing can be said of them."""
        if not (self.store.has_table("schema_version") and self.store.has_table("ledger_segment")):
            raise CannotCheck("there is no aepro store")
        applied = {version: int(seconds) for version, seconds in self.store.version_times()}
        newest = max(applied, default=0)
        if newest != SCHEMA_VERSION:
            raise CannotCheck(f"the schema has version {newest}, this script knows {SCHEMA_VERSION}: "
                              + ("use the script of a newer aepro" if newest > SCHEMA_VERSION
                                 else "run aepro migrate"))
        # Segments may lack options that were stored before version 2; none where 1 and 2 came together.
        first, second = applied.get(1), applied[2]
        self.options_since = second if first is not None and second - first > 1 else None

    def problem(self, kind, stream, offset, text):
        self.problems.append({"kind": kind, "topic": stream[0].decode(), "partition": stream[1],
                              "offset": offset, "message": text})

    def run(self):
        states = list(self.store.rows(
            ["stream_id", "$topic", "partition", "next_offset", "*chain_head", "accepted", "rejected", "duplicate",
             "conflict"], "partition_state JOIN stream USING (stream_id)"))
        states.sort(key=lambda state: (state[1].encode(), state[2]))
        self.streams = {(state[1].encode(), state[2]): state[0] for state in states}
        for stream_id, topic, partition, next_offset, head, *counts in states:
            self.check_stream(stream_id, (topic.encode(), partition), next_offset, head, counts)
        self.check_repeats()
        self.check_strays()
        self.check_shared()
        self.check_versions()
        self.check_cursors({state[0]: state[3] for state in states})

    def check_stream(self, stream_id, stream, next_offset, stored_head, stored_counts):
        head, last, counts, named, had_due = bytes(32), -1, collections.Counter(), False, False
        self.late_alerts = {}
        wanted = {name: collections.Counter() for name in COLUMNS}
        for row in self.store.rows(
                ["first_offset", "last_offset", "record_count", "*chain_before", "*chain_after", "*records",
                 "*decisions", "*options", "rules_version", "stored_at", "due_at"], f"ledger_segment WHERE stream_id = {stream_id} ORDER BY first_offset"):
            first, segment_last, count, before, after, records, decisions, options, rules, stored_at, due_at = row
            if options is not None and options not in self.options:
                self.problem("options_damaged", stream, first, "its decide options are missing or changed")
            if options is None and (named or not self.may_lack_options(stored_at)):
                self.problem("options_damaged", stream, first, "it names no decide options")
            named = named or options is not None
            if due_at is None and had_due or due_at is not None and due_at > stored_at + LANE_DEADLINE_MAX:
                self.problem("row_differs", stream, first, "due_at is missing, or later than any lane allows")
            had_due = had_due or due_at is not None
            if first <= last:
                self.problem("segment_order", stream, first, "overlaps the segment before it")
            if before != head:
                self.problem("segment_order", stream, first, "does not continue the chain of the segment before it")
            head, last = after, segment_last
            try:
                records = list(segment_records(records, first, count))
                if not records or (records[0][0], records[-1][0]) != (first, segment_last):
                    self.problem("segment_damaged", stream, first, "its first or last offset is not that of its records")
                decisions = list(segment_decisions(decisions, count))
                self.check_segment(stream, before, after, records, decisions, counts, wanted)
                if read_decision(decisions[0][1]).rules_version != rules:
                    self.problem("row_differs", stream, first, "rules_version is not that of its decisions")
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

    def may_lack_options(self, stored_at):
        """The node's clock may be another than the database's."""
        return self.options_since is not None and stored_at <= 1000 * (self.options_since + 600)

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
            self.want_rows(stream, record, decided, decision, wanted)
        if head != after and not broken:
            self.problem("chain_broken", stream, last, "chain_after is not the last record's hash")

    def want_rows(self, stream, record, decided, decision, wanted):
        offset, timestamp, _, headers, value = record
        verdict, _, _, first = decided
        identity = None
        if verdict != REJECTED:
            try:
                identity = identify(headers, value or b"")
            except (Damage, struct.error, IndexError):
                self.problem("verdict_differs", stream, offset, f"{VERDICTS[verdict]}, but it is no event")
        if verdict == REJECTED:
            wanted["dead_letter"][offset, timestamp, decision.rejection] += 1
        if verdict in (DUPLICATE, CONFLICT) and identity:
            self.repeats.append((stream, offset, identity.key, first))
        if verdict == CONFLICT and identity and identity.kind == ADVERSE_EVENT:
            wanted["alert"][(offset, timestamp) + CONFLICT_ALERT] += 1
        if verdict == CONFLICT:
            wanted["conflict"][offset, timestamp, identity and identity.key,
                               self.streams.get((first[0], first[1]), -1), first[2]] += 1
        if verdict == ACCEPTED:
            wanted["event"][offset, timestamp, identity and identity.kind, identity and identity.key] += 1
            wanted["finding"].update((offset, rule, variable) for rule, variable in decision.findings)
            if not identity or identity.kind == ADVERSE_EVENT:
                self.late_alerts[offset] = late_alert(identity)
            if identity and identity.kind == 3:
                wanted["subject"][offset, timestamp] += 1
        if verdict != DUPLICATE:
            wanted["alert"].update((offset, timestamp, rule, urgency) for rule, urgency in decision.alerts)

    def check_tables(self, stream_id, stream, wanted):
        for table, names in COLUMNS.items():
            missing = wanted[table]
            inserted = collections.Counter()
            operational = ["coalesce(lateness_ms, 0)"] if table == "event" else []
            for row in self.store.rows(["record_offset"] + names + operational,
                                       f"{table} WHERE stream_id = {stream_id}"):
                if table == "event":
                    *row, lateness = row
                    row = tuple(row)
                    self.keys[row[3]] = (stream_id, row[0])
                    if lateness > 0 and row[2] == ADVERSE_EVENT:  # How late it was, no evidence says: it is believed.
                        wanted["alert"][(row[0], row[1]) + self.late_alerts.get(row[0], LATE_ALERT)] += 1
                found = next((row for row in (row, row[:2] + (None,) * 2 + row[4:], row[:2] + (None,) + row[3:])
                              if missing[row] > 0), None)  # None: an identity that could not be read.
                if found:
                    missing[found] -= 1
                else:
                    inserted[row] += 1
            self.compare(table, stream, +missing, inserted)

    def compare(self, table, stream, missing, inserted):
        by_offset = collections.defaultdict(lambda: ([], []))
        for side, rows in enumerate((missing, inserted)):
            for row in rows.elements():
                by_offset[row[0]][side].append(row)
        for offset, (wanted, found) in sorted(by_offset.items()):
            differing = min(len(wanted), len(found))
            for _ in range(differing):
                self.problem("row_differs", stream, offset, f"table {table}: not what the evidence says")
            for _ in wanted[differing:]:
                self.problem("row_missing", stream, offset, f"table {table}: a row that the evidence asks for")
            for _ in found[differing:]:
                self.problem("row_inserted", stream, offset, f"table {table}: a row has no evidence")

    def check_repeats(self):
        for stream, offset, key, first in self.repeats:
            found = self.keys.get(key)
            if found != (self.streams.get((first[0], first[1])), first[2]):
                self.problem("first_differs", stream, offset, "names another first record than the table event")

    def check_strays(self):
        """Rows of streams that have no state."""
        for table in ("ledger_segment", *COLUMNS):
            offset = "first_offset" if table == "ledger_segment" else "record_offset"
            for stream_id, found in self.store.rows(
                    ["stream_id", offset], f"{table} WHERE stream_id NOT IN (SELECT stream_id FROM partition_state)"):
                self.problem("row_inserted", (f"(no stream {stream_id})".encode(), -1), found,
                             f"table {table}: its stream has no state")

    def check_shared(self):
        for number, (table, texts) in enumerate(SHARED.items()):
            for row in self.store.rows([f"{table}_id", *("$" + text for text in texts)], table):
                if shared_id(number, row[1:]) != row[0]:
                    self.problem("row_differs", (b"", -1), -1,
                                 f"table {table}: the texts of row {row[0]} are not those that it was made for")
            for row, in self.store.rows(
                    [f"DISTINCT {table}_id"],
                    f"event WHERE {table}_id IS NOT NULL AND {table}_id NOT IN (SELECT {table}_id FROM {table})"):
                self.problem("row_missing", (b"", -1), -1, f"table {table}: row {row}, to which events refer")

    def check_versions(self):
        names = {stream_id: stream for stream, stream_id in self.streams.items()}
        next_version = collections.Counter()
        for key, version, stream_id, offset in self.store.rows(
                ["@subject_key", "version", "stream_id", "record_offset"], "subject ORDER BY subject_key, version"):
            next_version[key] += 1
            if version != next_version[key]:
                self.problem("subject_version", names.get(stream_id, (b"", -1)), offset,
                             f"table subject: version {version} where {next_version[key]} follows")


    def check_cursors(self, ends):
        """How far dead letters (1) and anchors (2) are published and alerts (3) taken up: not beyond what is stored."""
        names = {stream_id: stream for stream, stream_id in self.streams.items()}
        for stream_id, purpose, cursor in self.store.rows(["stream_id", "purpose", "next_offset"], "publication"):
            if stream_id not in names:
                self.problem("row_inserted", (b"", -1), -1, f"table publication: there is no stream {stream_id}")
            elif purpose not in (1, 2, 3, 4, 5):
                self.problem("row_inserted", names[stream_id], cursor, f"table publication: purpose {purpose}")
            elif not 0 <= cursor <= max(ends[stream_id], 0):
                self.problem("state_differs", names[stream_id], cursor, "a cursor beyond the stream's end")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--json"]
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)
        return 64
    try:
        checker = Checker(open_store(arguments[0]))
        checker.run()
    except Exception as problem:  # Whatever it is: nothing was shown to be damaged.
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
