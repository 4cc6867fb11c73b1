#!/usr/bin/env python3
"""A second node with the first one's instance_id takes its place; the first one ends and names the setting."""
import sys
import cluster
from watch import wait_for

ELSEWHERE = ["control.socket="]  # On one machine the control socket would keep the second from starting.


def wait_until_started(node, log):
    wait_for("a partition to start", lambda: "partition-started" in log.read_text(), 60, node, log)


def main(kind):
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store)
        system.run("topics create", store=False)
        first_log, second_log = files / "first", files / "second"
        with open(first_log, "w") as one, open(second_log, "w") as two:
            first = system.node("same", log=one, settings=ELSEWHERE)
            wait_until_started(first, first_log)
            second = system.node("same", log=two, settings=ELSEWHERE)
            code = first.wait(timeout=60)
            text = first_log.read_text()
            assert code == 2 and "give each node its own" in text and "instance_id" in text, (code, text[-2000:])
            wait_until_started(second, second_log)
            assert second.poll() is None, second_log.read_text()[-2000:]
        print(f"two nodes of one name on {kind}: the first ended and said why")


if __name__ == "__main__":
    main(sys.argv[1])
