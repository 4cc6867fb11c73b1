#!/usr/bin/env python3
"""Kills a node under load at random instants, many times; then every record is in the store exactly once.

usage: kill_test.py sqlite|postgresql [ROUNDS]
"""
import random, sys
import cluster


def main(kind, rounds):
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store, ["batch.records_max=200"])
        system.run("topics create", store=False)
        expectation = files / "expect"
        load = system.load("--events", rounds * 2_000, "--rate", 1_500, "--seed",
                            draw.randrange(1 << 30), "--expect", expectation)
        cluster.kill_rounds(system, "victim", rounds, 0.3, 1.5, draw)
        cluster.loaded(load, 600)
        system.finish("victim")
        report = system.verify("--expect", expectation)
        if not report["ok"]:
            raise AssertionError(report["problems"][:10])
        read = sum(partition["read"] for partition in report["partitions"])
        print(f"{rounds} kills on {kind}: {read} records, each exactly once")
        if read < rounds * 1_000:
            raise AssertionError(f"only {read} records were read: the test did not test")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50)
