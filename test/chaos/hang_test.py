#!/usr/bin/env python3
"""A node is told to stop while nothing answers any more, or in the middle of what no retry can help.

usage: hang_test.py silent | broken
"""
import json, signal, subprocess, sys, time
import cluster
from mail import mail_server
from network import Link
from watch import sql, stored, wait_for

DRAIN_GRACE = 20  # Seconds; the setting's default.
SLOW_MACHINE = 2  # Beyond it: a process that starts and ends on cores that others keep busy.


def start(system, log, *more):
    with open(log, "w") as errors:
        node = subprocess.Popen(system.arguments("run", *more), stdout=subprocess.DEVNULL, stderr=errors, text=True)
    cluster.started.append(node)
    return node


def last_line(log):
    return log.read_text().strip().splitlines()[-1]


def silent():
    """Broker, database and mail server fall silent under load, with every stage at work. SIGTERM is obeyed in time."""
    with (cluster.broker() as kafka, cluster.postgres() as database, mail_server() as server,
          cluster.folder() as files):
        settings = ["batch.records_max=100", "topics.acknowledgements=aepro.acknowledgements"]
        direct = cluster.Cluster(kafka.address, database.url, settings)
        direct.run("topics create", store=False)
        links = [Link(database.port), Link(int(server.port))]
        server.port = links[1].port
        (files / "aepro.yaml").write_text(server.settings())
        (files / "mail-password").write_text("correct horse\n")
        url = f"postgresql://postgres@127.0.0.1:{links[0].port}/postgres"
        system = cluster.Cluster(kafka.address, url, settings)
        load = direct.load("--events", 60_000, "--rate", 3_000, "--serious", "0.05")
        log = files / "log"
        node = start(system, log, "--config", files / "aepro.yaml")
        wait_for("records and mail", lambda: stored(database.url) > 5_000 and server.messages(), 120, node, log)
        for link in links:
            link.stall()
        kafka.tell(signal.SIGSTOP)
        time.sleep(3)  # Every stage waits for somebody by now; what counts is what the node does next.
        begin = time.monotonic()
        node.send_signal(signal.SIGTERM)
        try:
            code = node.wait(timeout=120)
        finally:
            kafka.tell(signal.SIGCONT)
        took = time.monotonic() - begin
        if code != 0 or took > DRAIN_GRACE + SLOW_MACHINE:
            raise AssertionError(f"exit {code} after {took:.1f} s\n{log.read_text()[-4000:]}")
        cluster.kill_hard(load)
        for link in links:
            link.heal()
        print(f"nothing answered: exit 0 {took:.1f} s after SIGTERM")


def broken():
    """What no retry can help happens in the drain: exit code 2, and the last line says what it was."""
    with cluster.kafka() as brokers, cluster.store("postgresql") as store, cluster.folder() as files:
        # A slow machine must not run out of the drain's time before the lock is released.
        system = cluster.Cluster(brokers, store, ["batch.records_max=100", "drain_grace=60s"])
        system.run("topics create", store=False)
        system.run("migrate")
        system.run("simulate", "--events", 20_000, "--quiet", store=False)
        holder = subprocess.Popen(["psql", "-qX", store], stdin=subprocess.PIPE, text=True)
        holder.stdin.write("BEGIN; LOCK TABLE event IN ACCESS EXCLUSIVE MODE;\n")
        holder.stdin.flush()
        log = files / "log"
        node = start(system, log)
        waiting = ("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'aepro' AND wait_event_type = 'Lock' "
                   "AND state = 'active'")
        wait_for("a transaction that waits", lambda: sql(store, waiting) != "0", 60, node, log)
        node.send_signal(signal.SIGTERM)
        wait_for("the drain", lambda: is_draining(system), 20, node, log)
        holder.communicate("ALTER TABLE event RENAME TO event_gone; COMMIT;\n", timeout=30)
        code = node.wait(timeout=90)
        if code != 2 or "the node stopped: " not in last_line(log) or "event" not in last_line(log):
            raise AssertionError(f"exit {code}, and the last line: {last_line(log)}")
        print(f"broken in the drain: exit 2, {last_line(log)}")


def is_draining(system):
    done = subprocess.run(system.arguments("status", "--json"), capture_output=True, text=True)
    return done.stdout != "" and json.loads(done.stdout)["node"]["draining"]


if __name__ == "__main__":
    {"silent": silent, "broken": broken}[sys.argv[1]]()
