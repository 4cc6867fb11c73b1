"""What takes longer than a row of the table: growth, latency, recovery."""
import json, signal, time

from meter import wait_measured
from services import Failure, say
from steps import drain, drain_postgres, postgres_ledger

LATENCY_SECONDS = 30
WARM_UP_SECONDS = 90
EVENTS_PER_SECOND = 20_000  # By which the simulated trial's clock advances.
KILL_AT = 0.3  # Of the records of a drain.


def growth(bench, ids):
    """Fills and drains --growth times into one database. Yields a row for each."""
    topics = bench.new_topics(f"growth-{ids}", ids)
    database = f"growth_{ids}"
    url = bench.postgres.create(database)
    events = bench.options.records
    start_ms = 1_735_689_600_000
    for number in range(1, bench.options.growth + 1):
        bench.fill(topics, events, seed=number, start_ms=start_ms)
        start_ms += 1000 * (events // EVENTS_PER_SECOND + 1)  # v7 ids go on where the last ones ended.
        row = drain(bench, "growth", topics, url, events, postgres_ledger(bench, database), group=f"growth-{ids}")
        row["round"] = number
        row["disk_bytes"] = bench.postgres.table_bytes(database) / (number * events)
        yield row
    bench.postgres.drop(database)


def wait_until(what, condition, process, limit_seconds=120):
    """Asks `condition` until it says yes. The node must keep running meanwhile."""
    end = time.monotonic() + limit_seconds
    while not condition():
        if process.poll() is not None:
            raise Failure(f"{what}: the node ended with {process.returncode}\n{process.log.read_text()[-3000:]}")
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {limit_seconds} s")
        time.sleep(0.1)


def stored_records(bench, database):
    return int(bench.postgres.query("SELECT coalesce(sum(record_count), 0) FROM ledger_segment", database)[0][0])


def lowest_epoch(bench, database):
    """Each claim of a stream raises its epoch: when the lowest has risen, a new node has claimed them all."""
    return int(bench.postgres.query("SELECT coalesce(min(epoch), 0) FROM partition_state", database)[0][0])


def latency(bench, ids, rate):
    """Produces at `rate` records a second for 30 s to a node that has nothing else to do."""
    prefix = f"latency-{ids}-{rate}"
    topics = bench.new_topics(prefix, ids)
    database = prefix.replace("-", "_")
    url = bench.postgres.create(database)
    # A broker in Java compiles itself for its first minute of such load, with a core and more.
    warm_up = paced_load(bench, topics, url, database, rate, WARM_UP_SECONDS, sent=0)
    measured = paced_load(bench, topics, url, database, rate, LATENCY_SECONDS, sent=warm_up["records"])
    bench.postgres.drop(database)
    row = bench.row("latency", ids, measured["seconds"], measured["cpu"], measured["spent"],
                    records=measured["records"], peak_rss_bytes=measured["peak"])
    row.update(asked_per_second=rate, linger_ms=bench.options.linger, latency_ms=measured["latency_ms"])
    return row


def paced_load(bench, topics, url, database, rate, seconds, sent):
    """A new node, and `rate` records a second for so long; `sent` are in the store. Ends the node."""
    before = lowest_epoch(bench, database) if sent else 0
    node = bench.programs.node(bench.kafka, topics, url, database.replace("_", "-"), bench.files)
    try:
        wait_until("claiming", lambda: table_exists(bench, database) and lowest_epoch(bench, database) > before, node)
        say(f"{'latency' if sent else 'warm-up'} at {rate}/s for {seconds} s ({topics.ids})")
        bench.meter.restart()
        made = bench.programs.simulate(bench.kafka, topics, rate * seconds, 2 if sent else 1, "--rate", rate,
                                       settings=[f"kafka.linger.ms={bench.options.linger}"])
        wait_until("settling", lambda: stored_records(bench, database) == sent + made["records"], node)
        spent = bench.meter.spent()
        node.send_signal(signal.SIGTERM)
        code, cpu, peak = wait_measured(node, 60)
    except BaseException:
        node.kill()
        raise
    if code:
        raise Failure(f"latency: the node ended with {code}\n{node.log.read_text()[-3000:]}")
    answered = json.loads(node.report.read_text())["latency_ms"]
    if answered["records"] != made["records"]:
        raise Failure(f"latency: {answered['records']} records were measured, not {made['records']}")
    return {"records": made["records"], "seconds": made["seconds"], "cpu": cpu, "peak": peak, "spent": spent,
            "latency_ms": answered}


def latencies(bench, ids):
    yield latency(bench, ids, 20_000)
    if ids not in bench.drain_rates:
        drain_postgres(bench, ids)
    yield latency(bench, ids, max(1000, int(bench.drain_rates[ids] / 2) // 1000 * 1000))


def recovery(bench, ids, is_static):
    """Kills a node in the middle of a drain and starts it again at once.

    Full rate: 80 % of the records a second that were stored before the kill, from the first of them on.
    """
    topics = bench.topics(ids)
    kind = "static" if is_static else "dynamic"
    group, database = f"recovery-{kind}-{ids}", f"recovery_{kind}_{ids}"
    url = bench.postgres.create(database)
    settings = ["instance_id=bench"] if is_static else []
    say(f"recovery, {kind} member ({ids})")
    node = bench.programs.node(bench.kafka, topics, url, group, bench.files, settings=settings)
    try:
        wait_until("draining", lambda: table_exists(bench, database)
                   and stored_records(bench, database) > KILL_AT * topics.records, node)
    finally:
        node.kill()
        killed_ms = 1000 * time.time()
        node.wait()
    stored = stored_records(bench, database)
    # The dead member is part of its group until its session ends: silence until then is no end.
    again = bench.programs.node(bench.kafka, topics, url, group, bench.files, "--until-idle", 20, settings=settings)
    code, _, _ = wait_measured(again, 600)
    if code:
        raise Failure(f"recovery: aepro run: exit {code}\n{again.log.read_text()[-3000:]}")
    segments = stored_segments(bench, database, topics.records)
    bench.postgres.drop(database)
    return {"ids": ids, "member": kind, "stored_at_kill": stored, **times_after(segments, killed_ms, killed_ms)}


def stored_segments(bench, database, expected):
    """Returns (stored_at, record_count) of all segments in the order of their writing; they must hold `expected`."""
    segments = [(int(at), int(count)) for at, count in bench.postgres.query(
        "SELECT stored_at, record_count FROM ledger_segment ORDER BY stored_at", database)]
    if sum(count for _, count in segments) != expected:
        raise Failure(f"the ledger has {sum(count for _, count in segments)} records, not {expected}")
    return segments


def table_exists(bench, database):
    return bench.postgres.query("SELECT to_regclass('ledger_segment') IS NOT NULL", database)[0][0] == "t"


def times_after(segments, killed_ms, from_ms):
    """Seconds from `from_ms` to the first commit after it, and to the first instant from which the rate is full again.

    Full: 80 % of the records a second of the time before `killed_ms`, over half a second.
    """
    before = [segment for segment in segments if segment[0] <= killed_ms]
    after = [segment for segment in segments if segment[0] > from_ms]
    if not before or not after or before[0][0] == before[-1][0]:
        raise Failure("too few segments before or after the kill; take more --records")
    rate = sum(count for _, count in before[1:]) / (before[-1][0] - before[0][0])  # Per millisecond.
    rest = sum(count for _, count in after)
    window = min(500, rest / rate / 2)
    full = next((at for at, _ in after
                 if sum(count for other, count in after if at <= other < at + window) >= 0.8 * rate * window), None)
    return {"rate_before_per_second": 1000 * rate, "first_commit_seconds": (after[0][0] - from_ms) / 1000,
            "full_rate_seconds": None if full is None else (full - from_ms) / 1000, "window_ms": window}
