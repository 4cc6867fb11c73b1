#!/usr/bin/env python3
"""A second node with the first one's instance_id takes its place; the first one ends and names the setting."""
import sys, time
import cluster


def wait_for(text, log, seconds=60):
    deadline = time.monotonic() + seconds
    while text not in log.read_text():
        if time.monotonic() > deadline:
            raise AssertionError(f"no {text} in {log.read_text()[-2000:]}")
        time.sleep(0.1)


def main(kind):
    with cluster.kafka() as brokers, cluster.store(kind) as store, cluster.folder() as files:
        system = cluster.Cluster(brokers, store)
        system.run("topics create", store=False)
        first_log, second_log = files / "first", files / "second"
        with open(first_log, "w") as one, open(second_log, "w") as two:
            first = system.node("same", log=one)
            wait_for("partition-started", first_log)
            second = system.node("same", log=two)
            code = first.wait(timeout=60)
            text = first_log.read_text()
            assert code == 2 and "give each node its own" in text and "instance_id" in text, (code, text[-2000:])
            wait_for("partition-started", second_log)
            assert second.poll() is None, second_log.read_text()[-2000:]
        print(f"two nodes of one name on {kind}: the first ended and said why")


if __name__ == "__main__":
    main(sys.argv[1])
