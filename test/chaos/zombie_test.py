#!/usr/bin/env python3
"""A node is paused past its session, another takes its partitions over; when it wakes up its writes change nothing."""
import random, signal, sys
import cluster
from watch import stored, wait_for

SHORT_SESSION = ("kafka.session.timeout.ms=6000", "kafka.heartbeat.interval.ms=1000")


def lost_what_it_had(log):
    return any(event in log.read_text() for event in ("partition-lost", "partition-fenced"))


def main(kind):
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store, ["batch.records_max=200", *SHORT_SESSION])
        system.run("topics create", store=False)
        expectation = files / "expect"
        load = system.load("--events", 60_000, "--rate", 1_500, "--seed", draw.randrange(1 << 30),
                            "--expect", expectation)
        with open(files / "zombie.log", "w+") as log:
            path = files / "zombie.log"
            zombie = system.node("zombie", log=log)
            wait_for("the zombie's work", lambda: stored(store) > 2_000, 60, zombie, path)
            zombie.send_signal(signal.SIGSTOP)
            alone = stored(store)
            heir = system.node("heir")
            wait_for("the heir's work", lambda: stored(store) > alone + 5_000, 60, heir)
            zombie.send_signal(signal.SIGCONT)
            wait_for("the zombie's awakening", lambda: lost_what_it_had(path), 60, zombie, path)
            cluster.loaded(load, 300)
            sent = sum(1 for _ in expectation.read_text().splitlines()) - 1
            wait_for("all records", lambda: stored(store) >= sent, 120)
            for node in (zombie, heir):
                node.send_signal(signal.SIGTERM)
            codes = [node.wait(timeout=60) for node in (zombie, heir)]
            if codes != [0, 0]:
                raise AssertionError(f"drain ended with {codes}")
        system.finish("heir")
        report = system.verify("--expect", expectation)
        if not report["ok"]:
            raise AssertionError(report["problems"][:10])
        print(f"zombie on {kind}: {sum(p['read'] for p in report['partitions'])} records, each exactly once")


if __name__ == "__main__":
    main(sys.argv[1])
