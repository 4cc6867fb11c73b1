#!/usr/bin/env python3
"""A node's clock is ahead while its broker is away, and is set right before the broker comes back: the node goes on at
once, and does not sleep for as long as the clock was ahead."""
import signal, sys
import cluster
from watch import stored, wait_for
from world import FAKE_CLOCK, Node
from network import Link

AHEAD = 1_800  # Seconds.
RECOVERY_MAX = 45  # Seconds; the broker's own start is not in it.
NOT_RUN = 77


def main():
    if not FAKE_CLOCK:
        print("SKIPPED: for want of libfaketime")
        sys.exit(NOT_RUN)
    with cluster.broker() as kafka, cluster.postgres() as postgres, cluster.folder() as files:
        direct = cluster.Cluster(kafka.address, postgres.url, ["group=chaos"])
        direct.run("topics create", store=False)
        expectation = files / "expect"
        load = direct.load("--events", 30_000, "--rate", 300, "--expect", expectation, "--set",
                           "kafka.message.timeout.ms=300000")
        node = Node("only", files, Link(int(kafka.address.rsplit(":", 1)[1])), Link(postgres.port), has_fake_clock=True)
        node.start()
        wait_for("records", lambda: stored(postgres.url) > 1_000, 60, node.process, node.log)
        node.set_clock(AHEAD)
        kafka.control("crash")
        wait_for("the loss of the broker", lambda: "broker_unavailable" in node.log.read_text(), 30, node.process)
        node.set_clock(0)
        kafka.control("restart")
        before = stored(postgres.url)
        wait_for("records after the clock was set", lambda: stored(postgres.url) > before + 500, RECOVERY_MAX,
                 node.process, node.log)
        node.tell(signal.SIGTERM)
        node.wait_for_end()
        load.terminate()
        print(f"{stored(postgres.url)} records; the clock was {AHEAD} s ahead for a while")


if __name__ == "__main__":
    main()
