#!/usr/bin/env python3
"""A node is told to stop in the middle of its load: its report, its log and the store say the same.

On PostgreSQL also twice: while nothing can settle, the second signal ends it at once, and it says what was in flight.
"""
import json, re, signal, subprocess, sys
import cluster
from watch import sql, stored, wait_for

VERDICTS = ("accepted", "rejected", "duplicate", "conflict")
PARTITIONS = 12  # Three topics with four partitions each.


def started_partitions(log):
    return sum(line["event"] == "partition-started" for line in cluster.log_lines(log.read_text()))


def stop_under_load(system, log):
    """Returns the report of a node that got SIGTERM while it had much to do."""
    with open(log, "w") as errors:
        node = subprocess.Popen(system.arguments("run", "--json"), stdout=subprocess.PIPE, stderr=errors, text=True)
    cluster.started.append(node)
    wait_for("all partitions", lambda: started_partitions(log) == PARTITIONS, 60, node, log)
    wait_for("records", lambda: stored(system.store_url) > 5_000, 60, node, log)
    node.send_signal(signal.SIGTERM)
    output, _ = node.communicate(timeout=60)
    if node.returncode != 0:
        raise AssertionError(f"the node ended with {node.returncode}")
    return json.loads(output)


def drained_counts(log):
    """The counts of the log's line `drained`, by their names."""
    lines = [line["text"].split() for line in cluster.log_lines(log.read_text()) if line["event"] == "drained"]
    if len(lines) != 1:
        raise AssertionError(f"{len(lines)} lines `drained`")
    return {name: int(lines[0][lines[0].index(name) + 1]) for name in VERDICTS}


def held_by_stream(system):
    partitions = json.loads(system.run("status", "--from-store", "--json").stdout)["partitions"]
    return {(one["topic"], one["partition"]): one for one in partitions}


def is_draining(system):
    done = subprocess.run(system.arguments("status", "--json"), capture_output=True, text=True)
    return done.stdout != "" and json.loads(done.stdout)["node"]["draining"]


def stop_twice(system, files):
    """Whoever comes next reads again what the node says it had in flight."""
    log = files / "stopped-hard"
    holder = subprocess.Popen(["psql", "-qX", system.store_url, "-c", "BEGIN; LOCK TABLE event IN SHARE MODE; "
                               "SELECT pg_sleep(60)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(log, "w") as errors:
        node = subprocess.Popen(system.arguments("run"), stdout=subprocess.DEVNULL, stderr=errors, text=True)
    cluster.started.append(node)
    waiting = ("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'aepro' AND wait_event_type = 'Lock' "
               "AND state = 'active'")
    wait_for("a transaction that waits", lambda: sql(system.store_url, waiting) != "0", 60, node, log)
    node.send_signal(signal.SIGTERM)
    wait_for("the drain", lambda: is_draining(system), 20, node, log)
    node.send_signal(signal.SIGTERM)
    assert node.wait(timeout=5) == 2, node.returncode
    holder.kill()
    holder.wait()
    said = re.findall(r"stopped hard with (\d+) records in flight", log.read_text())
    assert len(said) == 1 and int(said[0]) > 0, log.read_text()[-1000:]


def main(kind):
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store, ["log.format=json", "batch.records_max=100"])
        system.run("topics create", store=False)
        system.run("simulate", "--events", 60_000, "--quiet", store=False)
        log = files / "log"
        report = stop_under_load(system, log)
        held = held_by_stream(system)
        totals = {name: sum(one[name] for one in held.values()) for name in VERDICTS}
        assert {name: report[name] for name in VERDICTS} == totals, (report, totals)
        assert drained_counts(log) == totals, (drained_counts(log), totals)
        assert report["in_flight"] == 0 and report["read"] == sum(totals.values()), report
        assert report["latency_ms"]["records"] == report["read"], report
        for stream in report["streams"]:
            one = held[stream["topic"], stream["partition"]]
            assert all(stream[name] == one[name] for name in ("next_offset", *VERDICTS)), (stream, one)
        assert 5_000 < report["read"] < 60_000, f"{report['read']} records were read: the test did not test"
        if kind == "postgresql":
            stop_twice(system, files)
        print(f"stopped under load on {kind} after {report['read']} records: report, log and store agree")


if __name__ == "__main__":
    main(sys.argv[1])
