#!/usr/bin/env python3
"""A store that fails under a node at work: the node recovers without help, and every record is there once.

usage: store_fault_test.py restart|read_only|down_at_start|full_postgresql|full_sqlite

restart          PostgreSQL stopped (fast, then immediate) while a transaction of the node waits for a lock
read_only        the database is made read-only for longer than a minute
down_at_start    PostgreSQL comes only after the node
full_*           the store is on a tmpfs that is made so small that it gets full, and enlarged again. On
                 PostgreSQL it is a tablespace: the tables, not the WAL. Mounting takes root.
"""
import contextlib, os, random, shutil, signal, subprocess, sys, time
import cluster
from watch import sql, stored, wait_for

EVENTS, RATE = 24_000, 1_500
RECOVERY_MAX = 30  # Seconds from the store's return to the next record; retries wait 10 s at most.
NOT_RUN = 77


class Bench:
    """A node under load, and the store under the node."""

    def __init__(self, files, brokers, url, draw, events=EVENTS):
        self.url = url
        self.system = cluster.Cluster(brokers, url, ["log.format=json"])
        self.system.run("topics create", store=False)
        self.expectation = files / "expect"
        self.log_path = files / "node.log"
        self.load = self.system.load("--events", events, "--rate", RATE, "--seed",
                                      draw.randrange(1 << 30), "--expect", self.expectation)

    def start_node(self):
        with open(self.log_path, "w") as log:
            self.node = self.system.node("only", log=log)

    def wait_for_records(self, seconds=RECOVERY_MAX, more=500):
        before = max(stored(self.url), 0)
        wait_for(f"{more} records beyond {before}", lambda: stored(self.url) >= before + more, seconds, self.node)

    def stands_still(self, seconds):
        """Returns whether nothing gets through for so long; the node must live through it."""
        before = stored(self.url)
        time.sleep(seconds)
        if self.node.poll() is not None:
            raise AssertionError(f"the node ended with {self.node.returncode}:\n{self.log()[-3000:]}")
        return stored(self.url) == before

    def stand_still(self, seconds):
        """The fault counts only if nothing gets through meanwhile."""
        if not self.stands_still(seconds):
            raise AssertionError("records were stored during the fault: it was none")

    def log(self):
        return self.log_path.read_text()

    def finish(self):
        cluster.loaded(self.load, 300)
        with open(self.expectation) as lines:
            sent = sum(1 for _ in lines) - 1
        wait_for(f"all of {sent} records", lambda: stored(self.url) >= sent, 120, self.node)
        self.node.send_signal(signal.SIGTERM)
        if self.node.wait(timeout=60) != 0:
            raise AssertionError(f"the node did not drain: {self.node.returncode}\n{self.log()[-3000:]}")
        causes = cluster.check_warnings(self.log())
        report = self.system.verify("--expect", self.expectation)
        if not report["ok"]:
            raise AssertionError(report["problems"][:10])
        read = sum(partition["read"] for partition in report["partitions"])
        if read != sent:
            raise AssertionError(f"{sent} sent, {read} read")
        self.system.second_opinion()
        return read, causes


def restart(bench, postgres, draw):
    bench.start_node()
    for stop in ("shutdown", "crash", "shutdown", "crash"):
        bench.wait_for_records()
        # Whoever waits for this lock is in the middle of its transaction.
        holder = subprocess.Popen(["psql", "-qX", bench.url, "-c", "BEGIN; LOCK TABLE event IN SHARE MODE; "
                                   "SELECT pg_sleep(60)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("a transaction that waits", lambda: sql(
            bench.url, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'aepro' AND "
            "wait_event_type = 'Lock' AND state = 'active'") != "0", 30, bench.node)
        postgres(stop)
        holder.wait(timeout=30)
        bench.stand_still(draw.uniform(0.2, 3))
        postgres("restart")


def read_only(bench, postgres, draw):
    bench.start_node()
    bench.wait_for_records()
    admin = bench.url.rsplit("/", 1)[0] + "/template1"
    sql(admin, "ALTER DATABASE postgres SET default_transaction_read_only = on",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aepro'")
    bench.stand_still(75)
    sql(admin, "ALTER DATABASE postgres RESET default_transaction_read_only")


def down_at_start(bench, postgres, draw):
    postgres("shutdown")
    bench.start_node()
    bench.stand_still(8)
    postgres("restart")


def full(bench, place, resize):
    bench.start_node()
    bench.wait_for_records()
    room = os.statvfs(place)
    resize((room.f_blocks - room.f_bfree) * room.f_frsize + (1 << 20))
    wait_for("a full store", lambda: "store_full" in bench.log(), 120, bench.node)
    # Smaller transactions may still find room, up to ten seconds (the longest pause of a retry) after one another.
    wait_for("a stand-still", lambda: bench.stands_still(11), 120)
    resize(1 << 30)


def report(kind, bench):
    bench.wait_for_records(more=1)
    read, causes = bench.finish()
    print(f"{kind}: {read} records, each exactly once; said {sorted(causes)}")
    if not causes:
        raise AssertionError("the node said nothing of its trouble")


@contextlib.contextmanager
def tmpfs(path):
    """Yields a function that gives it so many bytes, or None where mounting is not allowed."""
    path.mkdir(mode=0o755)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", path], capture_output=True).returncode:
        yield None
        return
    try:
        yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", path], check=True)
    finally:
        subprocess.run(["umount", "-l", path], check=True)


def run_full(kind, brokers, files, draw):
    place = files / "small"
    with tmpfs(place) as resize, contextlib.ExitStack() as stack:
        if resize is None:
            print(f"SKIPPED: {kind} needs the right to mount a tmpfs")
            sys.exit(NOT_RUN)
        url = f"sqlite:{place}/aepro.db"
        if kind == "full_postgresql":
            server = stack.enter_context(cluster.postgres())
            shutil.chown(place, "postgres")
            sql(server.url, f"CREATE TABLESPACE small LOCATION '{place}'", "CREATE DATABASE aepro TABLESPACE small")
            url = server.url.rsplit("/", 1)[0] + "/aepro"
        bench = Bench(files, brokers, url, draw)
        full(bench, place, resize)
        report(kind, bench)


def main(kind):
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.folder() as files:
        if kind.startswith("full_"):
            run_full(kind, brokers, files, draw)
            return
        with cluster.postgres() as server:
            events = 110 * RATE if kind == "read_only" else EVENTS
            bench = Bench(files, brokers, server.url, draw, events)
            {"restart": restart, "read_only": read_only, "down_at_start": down_at_start}[kind](
                bench, server.control, draw)
            report(kind, bench)


if __name__ == "__main__":
    main(sys.argv[1])
