#!/usr/bin/env python3
"""What a node tells the service manager, on a socket of the test's own: ready, alive, stopping; and nothing while it
hangs. Told to stop, it drains; told twice, it ends at once, and nothing is lost by that."""
import contextlib, fcntl, os, signal, socket, sqlite3, subprocess, sys, threading, time
import cluster
from watch import stored, wait_for

WATCHDOG = 2.0  # Seconds; a sign of life every second.


class Manager:
    """The service manager's end of the socket."""

    def __init__(self, folder, name):
        self.path = str(folder / name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.lines = []  # With the instant at which each came.

    def read(self, seconds=0.0):
        end = time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                message = self.socket.recv(65536).decode()
            except (TimeoutError, BlockingIOError):
                return
            self.lines += [(time.monotonic(), line) for line in message.split("\n")]

    def has(self, line):
        self.read()
        return any(found == line for _, found in self.lines)

    def signs(self, seconds):
        """How often the node says in so many seconds that it lives."""
        self.read()
        before = len(self.lines)
        self.read(seconds)
        return sum(line == "WATCHDOG=1" for _, line in self.lines[before:])

    def start(self, system, instance, errors):
        environment = os.environ | {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": str(int(WATCHDOG * 1e6))}
        node = subprocess.Popen(system.arguments("run", settings=(f"instance_id={instance}",)), stderr=errors,
                                stdout=subprocess.DEVNULL, env=environment)
        cluster.started.append(node)
        return node


def fill(pipe):
    """Whoever writes to the pipe now waits until it is read."""
    flags = fcntl.fcntl(pipe, fcntl.F_GETFL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(pipe, b"\n" * 512)
    fcntl.fcntl(pipe, fcntl.F_SETFL, flags)


def emptied(pipe, text):
    while True:
        chunk = os.read(pipe, 1 << 16)
        if not chunk:
            return
        text.append(chunk.decode(errors="replace"))


def signs_of_life(system, other, files):
    """A node whose log nobody reads hangs at the next thing that its ingest says: that a second node joins."""
    manager = Manager(files, "first")
    read_end, write_end = os.pipe()
    node = manager.start(system, "first", write_end)
    wait_for("READY=1", lambda: manager.has("READY=1"), 60, node)
    assert manager.signs(5) >= 3, manager.lines
    manager.read()
    assert any(line.startswith("STATUS=") and "12 partitions" in line for _, line in manager.lines), manager.lines
    fill(write_end)
    second = other.node("second")
    # It hangs when the group's news reach it; then no sign comes for longer than a service manager would wait.
    end = time.monotonic() + 60
    while manager.signs(2 * WATCHDOG) > 0:
        assert time.monotonic() < end, "the node has never hung: the test did not test"
    assert node.poll() is None
    said = []
    reader = threading.Thread(target=emptied, args=(read_end, said), daemon=True)
    reader.start()
    wait_for("a sign of life", lambda: manager.signs(WATCHDOG) > 0, 30, node)
    node.send_signal(signal.SIGTERM)
    assert node.wait(timeout=60) == 0, "".join(said)[-3000:]
    assert manager.has("STOPPING=1"), manager.lines
    os.close(write_end)
    reader.join(timeout=10)
    assert "aepro: told to stop with " in "".join(said), "".join(said)[-3000:]
    cluster.kill_hard(second)
    print(f"ready, alive, silent while it hung, stopping: {len(manager.lines)} lines")


def stopped_twice(system, files):
    """The store is locked by somebody else, so that the drain has to wait; a second signal does not."""
    manager = Manager(files, "twice")
    log = files / "twice.log"
    with open(log, "w") as errors:
        node = manager.start(system, "twice", errors)
    wait_for("READY=1", lambda: manager.has("READY=1"), 60, node, log)
    held = sqlite3.connect(system.store_url[7:], isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    system.run("simulate", "--events", 3_000, "--quiet", store=False)
    wait_for("records in flight", lambda: any("STATUS=" in line and " 0 in flight" not in line
                                              for _, line in manager.lines[-3:]) or manager.read(0.2), 30, node, log)
    node.send_signal(signal.SIGTERM)
    wait_for("STOPPING=1", lambda: manager.has("STOPPING=1"), 10, node, log)
    assert manager.signs(2 * WATCHDOG) > 0, "a node that drains lives"
    assert node.poll() is None, "the drain did not wait"
    before = time.monotonic()
    node.send_signal(signal.SIGTERM)
    code = node.wait(timeout=10)
    took = time.monotonic() - before
    assert code == 2 and took < 1, (code, took)
    held.execute("ROLLBACK")
    held.close()
    print(f"the second signal ended a drain within {took * 1000:.0f} ms")


def main():
    with cluster.kafka() as brokers, cluster.store("sqlite") as url, cluster.store("sqlite") as aside, \
            cluster.folder() as files:
        system = cluster.Cluster(brokers, url)
        system.run("topics create", store=False)
        signs_of_life(system, cluster.Cluster(brokers, aside), files)
        stopped_twice(system, files)
        system.finish("twice")
        report = system.verify()
        assert report["ok"] and sum(one["read"] for one in report["partitions"]) >= 3_000, report
    return 0


if __name__ == "__main__":
    sys.exit(main())
