#!/usr/bin/env python3
"""Kills a node while it publishes dead letters; then every rejected record is in the dead-letter topic, at least once.

usage: dead_letter_test.py sqlite|postgresql [ROUNDS]
"""
import collections, random, subprocess, sys, tempfile
import cluster

TOPIC = "aepro.dead-letters"


def published(system):
    """Reads the whole dead-letter topic; returns how often each record of the input is there."""
    libs = cluster.script("setup-kafka") + "/libs"
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as log:
        done = subprocess.run(
            ["java", "-Xmx256m", "-cp", f"{libs}/*", "org.apache.kafka.tools.consumer.ConsoleConsumer",
             "--bootstrap-server", system.brokers, "--topic", TOPIC, "--from-beginning", "--timeout-ms", "8000",
             "--property", "print.headers=true", "--property", "print.value=false"],
            capture_output=True, timeout=180, cwd=log)
    for line in done.stdout.split(b"\n"):
        headers = dict(part.split(b":", 1) for part in line.split(b"\t")[0].split(b",") if b":" in part)
        if b"aepro-offset" in headers:
            counts[headers[b"aepro-topic"], headers[b"aepro-partition"], headers[b"aepro-offset"]] += 1
    return counts


def main(kind, rounds):
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store, ["batch.records_max=200", "outbound.interval=20ms",
                                                  "outbound.records_max=3", "kafka.session.timeout.ms=6000"])
        system.run("topics create", store=False)
        load = system.load("--events", rounds * 3_000, "--rate", 1_500, "--seed",
                            draw.randrange(1 << 30), "--malformed", 0.1, "--serious", 0.2,
                            "--expect", files / "expect")
        cluster.kill_rounds(system, "victim", rounds, 1.0, 2.5, draw)
        cluster.loaded(load, 600)
        system.finish("victim")
        report = system.verify("--expect", files / "expect", "--anchors")
        if not report["ok"]:
            raise AssertionError(report["problems"][:10])
        rejected = sum(partition["rejected"] for partition in report["partitions"])
        found = published(system)
        print(f"{rounds} kills on {kind}: {rejected} rejected, {len(found)} published, "
              f"{sum(found.values()) - len(found)} of them more than once, "
              f"{report['anchors']['compared']} anchors hold")
        if len(found) != rejected:
            raise AssertionError(f"{rejected} records were rejected, {len(found)} are in the topic")
        if rejected < rounds * 100:
            raise AssertionError("too few were rejected: the test did not test")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8)
