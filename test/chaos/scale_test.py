#!/usr/bin/env python3
"""A second node joins under load, shares the partitions, leaves again; nothing is lost or doubled."""
import random, signal, sys
import cluster
from watch import stored, wait_for


def main(kind):
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store)
        system.run("topics create", store=False)
        expectation = files / "expect"
        load = system.load("--events", 60_000, "--rate", 2_000, "--seed", draw.randrange(1 << 30),
                            "--expect", expectation)
        with open(files / "second.log", "w+") as log:
            first = system.node("first")
            wait_for("the first node's work", lambda: stored(store) > 1_000, 60, first)
            second = system.node("second", log=log)
            path = files / "second.log"
            wait_for("a partition for the second node", lambda: "partition-started" in path.read_text(), 60, second, path)
            both = stored(store)
            wait_for("both nodes' work", lambda: stored(store) > both + 5_000, 60, second, path)
            second.send_signal(signal.SIGTERM)
            if second.wait(timeout=60) != 0:
                raise AssertionError("the second node did not drain")
        cluster.loaded(load, 300)
        first.send_signal(signal.SIGTERM)
        if first.wait(timeout=60) != 0:
            raise AssertionError("the first node did not drain")
        system.finish("first", idle=cluster.SESSION + 3)
        report = system.verify("--expect", expectation)
        if not report["ok"]:
            raise AssertionError(report["problems"][:10])
        print(f"scale on {kind}: {sum(p['read'] for p in report['partitions'])} records, each exactly once")


if __name__ == "__main__":
    main(sys.argv[1])
