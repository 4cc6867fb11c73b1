#!/usr/bin/env python3
"""Kills a node while it publishes dead letters; then every rejected record is in the dead-letter topic, at least once.

usage: dead_letter_test.py sqlite|postgresql [ROUNDS]
"""
import collections, random, sys
import cluster, letters

TOPIC = "aepro.dead-letters"


def published(system):
    """Returns how often each record of the input is in the dead-letter topic."""
    return collections.Counter((headers[b"aepro-topic"], headers[b"aepro-partition"], headers[b"aepro-offset"])
                               for _, headers in letters.read(system.brokers, TOPIC))


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
