#!/usr/bin/env python3
"""A second node with the first one's instance_id: each takes the other's place once, then one ends and names the setting."""
import sys
import cluster
from watch import stored, wait_for

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
            nodes = {first: first_log, second: second_log}
            wait_for("the end of one of them", lambda: any(node.poll() is not None for node in nodes), 90)
            (ended, log), = [(node, log) for node, log in nodes.items() if node.poll() is not None]
            text = log.read_text()
            assert ended.returncode == 2 and "give each node its own" in text and "instance_id" in text, text[-2000:]
            (other, log), = [(node, log) for node, log in nodes.items() if node is not ended]
            before = stored(store)
            system.run("simulate", "--events", 500, "--quiet", store=False)
            wait_for("the other's work", lambda: stored(store) >= before + 500, 60, other, log)
        print(f"two nodes of one name on {kind}: one ended and said why, the other works")


if __name__ == "__main__":
    main(sys.argv[1])
