"""Three nodes restart one after the other under a steady load: latency, the partitions' pauses, completeness."""
import json, signal, subprocess, time

from long_runs import stored_records, wait_until
from meter import wait_measured
from services import Failure, call, say

NODES = ("one", "two", "three")
RATE = 10_000  # Records a second; three nodes, the broker and the database share the machine with them.
WARM_UP_SECONDS, BEFORE_SECONDS = 60, 20
SETTLE_SECONDS = 10  # After each node's return, so that the next restart meets no backlog of the last one.
LOAD_SECONDS = WARM_UP_SECONDS + BEFORE_SECONDS + len(NODES) * (SETTLE_SECONDS + 10)
SEGMENTS = """SELECT topic || '/' || partition, stored_at, record_count
FROM ledger_segment JOIN stream USING (stream_id) WHERE topic IN ({}) ORDER BY stream_id, first_offset"""
# Segments of a stream do not overlap: an event's is the last one that does not begin behind it.
LATENCIES = """SELECT array_to_string(percentile_disc(ARRAY[0.5, 0.9, 0.99, 0.999, 1]) WITHIN GROUP
  (ORDER BY segment.stored_at - event.record_timestamp), ','), count(*)
FROM event, LATERAL (SELECT stored_at FROM ledger_segment other WHERE other.stream_id = event.stream_id
  AND other.first_offset <= event.record_offset ORDER BY other.first_offset DESC LIMIT 1) segment
WHERE record_timestamp >= {} AND record_timestamp < {}"""
COUNTS = """SELECT sum(record_count), sum(last_offset - first_offset + 1),
  (SELECT sum(duplicate + conflict + rejected) FROM partition_state), (SELECT count(*) FROM event)
FROM ledger_segment"""


class Member:
    """A node that keeps its name in the group through all its restarts."""

    def __init__(self, bench, topics, url, group, name):
        self.start_again = lambda number: bench.programs.node(
            bench.kafka, topics, url, group, bench.files, settings=[f"instance_id={name}"],
            name=f"{group}-{name}-{number}")
        self.starts = 0
        self.start()

    def start(self):
        self.starts += 1
        self.process = self.start_again(self.starts)
        wait_until("partitions", lambda: "partition-started" in self.process.log.read_text(), self.process)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code, _, _ = wait_measured(self.process, 60)
        if code:
            raise Failure(f"restarts: a node ended with {code}\n{self.process.log.read_text()[-3000:]}")

    def restart(self):
        """Returns the seconds until it had drained, and until it had partitions again."""
        began = time.monotonic()
        self.stop()
        stopped = time.monotonic()
        self.start()
        return {"stop_seconds": stopped - began, "back_seconds": time.monotonic() - began}


def rolling_restart(bench, ids):
    """Yields a row for the time before, and one for the restarts."""
    topics = bench.new_topics(f"restarts-{ids}", ids)
    database = f"restarts_{ids}"
    url = bench.postgres.create(database)
    say(f"rolling restart at {RATE}/s ({ids})")
    try:
        members = [Member(bench, topics, url, f"restarts-{ids}", name) for name in NODES]
        load = bench.programs.start(
            bench.programs.load(bench.kafka, topics, RATE * LOAD_SECONDS, 1, "--rate", RATE,
                                settings=[f"kafka.linger.ms={bench.options.linger}"]), stdout=subprocess.PIPE)
        marks, restarts = roll(members)
        if load.poll() is not None:
            raise Failure("restarts: the load ended before the last restart; the machine is too busy")
        sent = json.loads(load.communicate()[0])["records"]
        wait_until("settling", lambda: stored_records(bench, database) >= sent, members[0].process)
        for member in members:
            member.stop()
    except BaseException:
        bench.programs.stop_all()  # No other step shall meet these nodes, or the load.
        raise
    check_completeness(bench, topics, database, sent)
    yield measured(bench, topics, database, "before", marks[0], marks[1])
    yield {**measured(bench, topics, database, "restarts", marks[1], marks[2]), "restarts": restarts, "sent": sent}
    bench.postgres.drop(database)


def roll(members):
    """Returns the instants at which the time before, the restarts and the time after began; and the restarts."""
    time.sleep(WARM_UP_SECONDS)
    marks, restarts = [now_ms()], []
    time.sleep(BEFORE_SECONDS)
    marks.append(now_ms())
    for member in members:
        say(f"restarting node {len(restarts) + 1}")
        restarts.append(member.restart())
        time.sleep(SETTLE_SECONDS)
    return [*marks, now_ms()], restarts


def now_ms():
    return int(1000 * time.time())


def check_completeness(bench, topics, database, sent):
    """Every record that was sent is in one segment and has one row; none came twice."""
    stored, offsets, repeated, rows = (int(value) for value in bench.postgres.query(COUNTS, database)[0])
    store = bench.postgres.url_of(database)
    call(bench.programs.command("verify", bench.kafka, topics=topics, store=store), "aepro verify")
    if (stored, offsets, repeated, rows) != (sent, sent, 0, sent):
        raise Failure(f"restarts: {sent} records were sent; the ledger has {stored} at {offsets} offsets, {repeated} "
                      f"of them repeated or rejected, and {rows} rows of records")


def measured(bench, topics, database, phase, first_ms, last_ms):
    """What happened to the records of that time, which may have been stored later."""
    names = ", ".join(f"'{topic}'" for topic in topics.events)
    segments = [(stream, int(at), int(count))
                for stream, at, count in bench.postgres.query(SEGMENTS.format(names), database)]
    values, records = bench.postgres.query(LATENCIES.format(first_ms, last_ms), database)[0]
    latency = dict(zip(("p50", "p90", "p99", "p99.9", "max"), map(int, values.split(","))))
    pause, stream = longest_pause(segments, first_ms, last_ms)
    return {"ids": topics.ids, "phase": phase, "seconds": (last_ms - first_ms) / 1000, "asked_per_second": RATE,
            "records_per_second": stored_rate(segments, first_ms, last_ms), "latency_ms": latency,
            "produced": int(records), "longest_pause_seconds": pause / 1000, "paused": stream}


def stored_rate(segments, first_ms, last_ms):
    """Records a second that were stored in that time."""
    return 1000 * sum(count for _, at, count in segments if first_ms <= at < last_ms) / (last_ms - first_ms)


def longest_pause(segments, first_ms, last_ms):
    """Returns the longest time between two writes of a partition, of which some lies in that time, and the partition.

    `segments`: (stream, stored_at, record_count), each stream's in order of its offsets.
    """
    pairs = zip(segments, segments[1:])
    pauses = [(later - earlier, stream) for (stream, earlier, _), (other, later, _) in pairs
              if stream == other and later >= first_ms and earlier < last_ms]
    if not pauses:
        raise Failure("restarts: nothing was stored in that time")
    return max(pauses)
