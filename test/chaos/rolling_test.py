#!/usr/bin/env python3
"""Nodes restart one after the other under load, or come and go: nothing is lost or doubled, and how long a partition
stood still is measured from the ledger.

rolling_test.py static|dynamic|scale [ROUNDS] [RATE]   static: each node keeps its name in the group"""
import random, signal, sys, time
import cluster
from watch import sql, stored, wait_for

NODES = ("one", "two", "three")
PAUSE_MAX = 30  # Seconds: the session of a member that died, and what a busy machine adds.
# Times between two writes of a stream while the load ran; records of every stream come all the time.
PAUSES = """
SELECT topic, partition, max(pause), count(*) FROM (
  SELECT p.topic, p.partition, s.stored_at - lag(s.stored_at) OVER (PARTITION BY s.stream_id ORDER BY s.first_offset) pause
  FROM ledger_segment s JOIN stream p USING (stream_id)
  WHERE p.topic <> 'aepro.subjects' AND s.stored_at BETWEEN {first} AND {last}) pauses
WHERE pause IS NOT NULL GROUP BY topic, partition ORDER BY topic, partition"""


class Node:
    """A node with all its incarnations; each has a log of its own."""

    def __init__(self, system, name, files, is_static):
        self.system, self.name, self.files, self.count = system, name, files, 0
        self.instance = name if is_static else ""
        self.start()

    def start(self):
        self.count += 1
        self.log = self.files / f"{self.name}-{self.count}"
        with open(self.log, "w") as log:
            # Members without a name would share a control socket.
            self.process = self.system.node(self.instance, log=log, settings=["control.socket="])

    def has_partitions(self):
        return "partition-started" in self.log.read_text()

    def wait_until_it_works(self):
        wait_for(f"a partition for {self.name}", self.has_partitions, 60, self.process, self.log)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=60) != 0:
            raise AssertionError(f"{self.name} did not drain:\n{self.log.read_text()[-3000:]}")


class Work:
    """What the nodes do with the load, as long as there is any."""

    def __init__(self, store, load):
        self.store, self.load = store, load

    def is_over(self):
        return self.load.poll() is not None

    def wait(self, node, records=500):
        before = stored(self.store)
        wait_for("work to go on", lambda: stored(self.store) >= before + records or self.is_over(), 60, node.process,
                 node.log)


def roll(system, work, files, is_static, rounds):
    """Returns the nodes that run at the end, and how many restarts there were."""
    nodes = []
    for name in NODES:
        nodes.append(Node(system, name, files, is_static))
        nodes[-1].wait_until_it_works()
    work.wait(nodes[0])
    started = time.time()
    for _ in range(rounds):
        for node in nodes:
            node.stop()
            node.start()
            node.wait_until_it_works()
            work.wait(node)
    return nodes, rounds * len(nodes), started


def scale(system, work, files, rounds):
    """1 -> 2 -> 3 -> 1 nodes."""
    nodes = [Node(system, NODES[0], files, False)]
    nodes[0].wait_until_it_works()
    work.wait(nodes[0])
    started, changes = time.time(), 0
    for _ in range(rounds):
        for name in NODES[1:]:
            nodes.append(Node(system, f"{name}-{changes}", files, False))
            nodes[-1].wait_until_it_works()
            work.wait(nodes[-1])
            changes += 1
        for node in (nodes.pop(), nodes.pop()):
            node.stop()
            work.wait(nodes[0])
            changes += 1
    return nodes, changes, started


def print_pauses(store, started, ended):
    rows = sql(store, PAUSES.format(first=int(started * 1000), last=int(ended * 1000)))
    longest = 0
    for row in rows.splitlines():
        topic, partition, pause, writes = row.split("|")
        longest = max(longest, int(pause))
        print(f"  {topic}/{partition}: {int(writes)} writes, the longest pause {int(pause) / 1000:.2f} s")
    if not rows or longest > PAUSE_MAX * 1000:
        raise AssertionError(f"the longest pause of a partition: {longest} ms of at most {PAUSE_MAX} s")
    return longest


def main(mode, rounds=1, rate=1_500):
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.store("postgresql") as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store)
        system.run("topics create", store=False)
        expectation = files / "expect"
        load = system.load("--events", rounds * 40 * rate, "--rate", rate, "--seed", draw.randrange(1 << 30),
                            "--expect", expectation)
        work = Work(store, load)
        if mode == "scale":
            nodes, changes, started = scale(system, work, files, rounds)
        else:
            nodes, changes, started = roll(system, work, files, mode == "static", rounds)
        ended, under_load = time.time(), not work.is_over()
        cluster.loaded(load, 300 * rounds)
        for node in nodes:
            node.stop()
        system.finish(idle=cluster.SESSION + 3)
        report = system.verify("--expect", expectation)
        if not report["ok"]:
            raise AssertionError(report["problems"][:10])
        if not under_load:
            print("a slow machine: the load ended before the last change")
        longest = print_pauses(store, started, ended)
        incomplete = sum(path.read_text().count("hand-over-incomplete") for path in files.glob("*-*"))
        print(f"rolling {mode}: {changes} changes, {sum(p['read'] for p in report['partitions'])} records, each exactly "
              f"once; longest pause of a partition {longest / 1000:.2f} s; {incomplete} hand-overs with records in flight")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
