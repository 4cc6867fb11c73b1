#!/usr/bin/env python3
"""Alerts reach a real mail server: in a flood of forms, and while nodes, mail server and database are killed.

usage: alert_test.py flood | kill ROUNDS
"""
import collections, json, os, random, signal, subprocess, sys, time
import cluster
from mail import mail_server
from watch import stored, wait_for

KEY = "X-Aepro-Idempotency-Key"
DEATH = """STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESEV,AESER,AESDTH,AEOUT,AESTDTC
ALERT,AE,ALERT-001,1,\u5fc3\u808c\u6897\u6b7b,Myocardial infarction,SEVERE,N,Y,FATAL,2026-01-02
"""


class Desk:
    """A settings file with a desk that is told by mail, and `aepro alerts` with it."""

    def __init__(self, system, server, files, extra=""):
        self.system, self.file = system, files / "aepro.yaml"
        self.file.write_text(server.settings(extra))
        (files / "mail-password").write_text("correct horse\n")

    def node(self, name, log):
        return self.system.node(name, "--config", self.file, log=log,
                                settings=("notifier.backoff_max=2s", "notifier.lease=16s", "notifier.digest_from=0"))

    def alerts(self, *words):
        sets = [part for setting in self.system.settings for part in ("--set", setting)]
        done = subprocess.run([cluster.PROGRAM, "alerts", *map(str, words), "--json", "--config", self.file, "--store",
                               self.system.store_url, *sets], capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"alerts {words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def all(self):
        found, before = [], 0
        while page := self.alerts("list", "--limit", 5_000, "--before", before):
            found += page
            before = page[-1]["id"]
        return found


def end(node):
    node.send_signal(signal.SIGTERM)
    if node.wait(timeout=120) != 0:
        raise AssertionError(f"the node ended with {node.returncode}")


def check_once_or_same_key(server, alerts):
    """Each alert that was to be told is in the mail box, and what is there twice has the same key."""
    mails = collections.Counter(mail[KEY] for mail in server.messages())
    told = [alert for alert in alerts if alert["state"] in ("sent", "closed", "acknowledged")]
    open_ones = [alert for alert in alerts if alert["state"] in ("waiting", "exhausted")]
    if open_ones:
        raise AssertionError(f"not told: {open_ones[:3]}")
    if len(mails) != len(told):
        raise AssertionError(f"{len(told)} alerts told, but mails with {len(mails)} keys")
    return len(told), sum(mails.values()) - len(mails)


def flood():
    """A death in the middle of a flood: durable, sent, read back, acknowledged."""
    with cluster.kafka() as brokers, cluster.postgres() as database, mail_server() as server, cluster.folder() as files:
        system = cluster.Cluster(brokers, database.url)
        desk = Desk(system, server, files)
        system.run("topics create", store=False)
        (files / "death.csv").write_text(DEATH, encoding="utf-8")
        nodes = [desk.node(name, open(files / f"{name}.log", "w+")) for name in ("first", "second")]
        load = system.load("--events", 40_000, "--rate", 4_000, "--adverse-events", 0)
        wait_for("the flood", lambda: stored(database.url) > 5_000, 120, nodes[0], files / "first.log")
        begin = time.time()
        system.run("publish", files / "death.csv", store=False)

        def mail_of_death():
            return [mail for mail in server.messages() if "ALERT-001" in mail["Subject"] and "Fatal" in mail["Subject"]]

        wait_for("the mail", lambda: mail_of_death(), 60, nodes[0], files / "first.log")
        seconds = time.time() - begin
        (mail,) = mail_of_death()
        text = mail.get_body(("plain",)).get_content()
        if "ALERT-001" not in text or "\u5fc3" in text or mail["To"].addresses[0].addr_spec != "desk@example.org":
            raise AssertionError(f"not the mail that was wanted, or with what a patient wrote:\n{mail}")

        def deaths():
            return [alert for alert in desk.all()
                    if alert["rule"] == "fatal-or-life-threatening" and alert["subject"] == "ALERT-001"]

        # The node writes down what the mail server said after it has said so.
        wait_for("the report of the mail", lambda: [alert["state"] for alert in deaths()] == ["sent"], 30, nodes[0],
                 files / "first.log")
        (death,) = deaths()
        if [attempt["result"] for attempt in death["attempts"]] != ["delivered"]:
            raise AssertionError(death)
        number = death["id"]
        seen = desk.alerts("ack", number, "--by", "Dr. Wang", "--reason", "Called the site")
        if seen["state"] != "acknowledged" or seen["ended_by"] != "Dr. Wang":
            raise AssertionError(seen)
        if desk.alerts("actions")[0]["target"] != str(number):
            raise AssertionError("the acknowledgement is not in the audit trail")
        cluster.loaded(load)
        for node in nodes:
            end(node)
        if not system.verify()["ok"]:
            raise AssertionError("verify")
        print(f"flood: the death's mail came {seconds:.1f} s after its file was given to publish")


def kill(rounds):
    """Nodes, mail server and database are killed; no alert is lost, and a mail that comes twice has the same key."""
    draw = random.Random(cluster.seed())
    with cluster.kafka() as brokers, cluster.postgres() as database, mail_server() as server, cluster.folder() as files:
        system = cluster.Cluster(brokers, database.url)
        desk = Desk(system, server, files)
        system.run("topics create", store=False)
        load = system.load("--events", rounds * 1_500, "--rate", 500, "--seed", draw.randrange(1 << 30),
                           "--set", "kafka.message.timeout.ms=900000")
        log = open(files / "node.log", "w+")
        nodes = {name: desk.node(name, log) for name in ("first", "second")}
        wait_for("the first mail", server.messages, 120, nodes["first"], files / "node.log")
        counts = collections.Counter()
        for _ in range(rounds):
            time.sleep(draw.uniform(0.5, 2))  # The load.
            what = draw.choice(("node", "mail server", "database"))
            counts[what] += 1
            if what == "node":
                name = draw.choice(sorted(nodes))
                cluster.kill_hard(nodes[name])
                nodes[name] = desk.node(name, log)
            elif what == "mail server":
                server.control("shutdown")
                time.sleep(draw.uniform(0, 3))
                server.control("restart")
            else:
                database.control("crash")
                database.control("restart")
        cluster.loaded(load, 900)
        for node in nodes.values():
            end(node)
        last = desk.node("last", log)
        wait_for("all alerts told", lambda: not [a for a in desk.all() if a["state"] == "waiting"], 300, last,
                 files / "node.log")
        end(last)
        told, twice = check_once_or_same_key(server, desk.all())
        if not system.verify()["ok"]:
            raise AssertionError("verify")
        print(f"kill: {rounds} rounds ({dict(counts)}), {told} alerts told, none lost; {twice} mails came again, with "
              "their keys")


if __name__ == "__main__":
    if sys.argv[1] == "flood":
        flood()
    else:
        kill(int(sys.argv[2]))
