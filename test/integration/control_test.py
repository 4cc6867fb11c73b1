#!/usr/bin/env python3
"""A running node is asked and told over its control socket, as an operator would.

usage: control_test.py PROGRAM FOLDER   (the folder of a broker that scripts/test-kafka has started)
"""
import json, os, pathlib, shutil, signal, socket, stat, subprocess, sys, tempfile, time

NOBODY = 65534


class Site:
    def __init__(self, program, kafka, folder):
        self.program, self.folder = program, folder
        prefix = f"control-{os.getpid()}"
        names = ("adverse_events", "questionnaire_responses", "subjects", "dead_letters", "ledger_anchors")
        self.topic = f"{prefix}.adverse_events"
        settings = ["kafka.security.protocol=plaintext", f"group={prefix}", "instance_id=one", "topics.partitions=2",
                    "log.format=json", *(f"topics.{name}={prefix}.{name}" for name in names)]
        self.settings = [part for setting in settings for part in ("--set", setting)]
        self.place = ["--brokers", (kafka / "address").read_text().strip(), "--store", f"sqlite:{folder}/store"]
        self.socket = folder / "aepro" / f"{prefix}@one.sock"
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
        self.environment.pop("RUNTIME_DIRECTORY", None)

    def arguments(self, command, *more):
        place = [] if command.startswith("ctl") else self.place[:2] if command in ("simulate", "topics create") else self.place
        return [self.program, *command.split(), *place, *self.settings, *map(str, more)]

    def run(self, command, *more, expect=0):
        done = subprocess.run(self.arguments(command, *more), capture_output=True, text=True, timeout=120,
                              env=self.environment)
        assert done.returncode == expect, (command, more, done.returncode, done.stdout, done.stderr)
        return done

    def start(self):
        self.log = open(self.folder / "log", "w+")
        return subprocess.Popen(self.arguments("run"), stdout=subprocess.DEVNULL, stderr=self.log, env=self.environment)

    def status(self, *more):
        return json.loads(self.run("status", "--json", *more).stdout)

    def wait(self, what, holds, node):
        deadline = time.monotonic() + 60
        while not holds():
            if time.monotonic() > deadline or node.poll() is not None:
                raise AssertionError(f"{what}: {node.poll()} {(self.folder / 'log').read_text()[-3000:]}")
            time.sleep(0.05)

    def partition(self, number):
        found = [one for one in self.status()["partitions"] if (one["topic"], one["partition"]) == (self.topic, number)]
        return found[0] if found else {"state": "none", "read": 0}

    def raw(self, data):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.socket))
            try:
                client.sendall(data)
            except BrokenPipeError:
                pass  # It has answered already.
            return json.loads(client.makefile().readline())


def is_settled(site):
    status = site.status()
    ones = status.get("partitions", [])
    return status["source"] == "node" and len(ones) == 6 and all(
        one["state"] == "running" and one["lag_records"] == 0 and one["in_flight"] == 0 for one in ones)


def check_status(site):
    status = site.status()
    assert status["health"] == {"ok": True, "reasons": []}, status["health"]
    for one in status["partitions"]:
        settled = sum(one[name] for name in ("accepted", "rejected", "duplicate", "conflict"))
        assert one["read"] == settled == one["next_offset"], one
        assert one["watermark_age_seconds"] == 0 and one["holder"] == "", one
    assert [pool["name"] for pool in sorted(status["pools"], key=lambda one: one["name"])] == ["storage", "validation"]
    assert all(pool["workers_idle"] == pool["size"] > 0 for pool in status["pools"]), status["pools"]
    assert [stage["restarts"] for stage in status["stages"]] == [0] * 6, status["stages"]
    assert 0 < status["latency_ms"]["p50"] <= status["latency_ms"]["max"], status["latency_ms"]
    assert site.run("status").stdout.startswith("node: process "), "the first line says who speaks"
    with open("/dev/full", "w") as full:
        cut = subprocess.run(site.arguments("status", "--json"), stdout=full, stderr=subprocess.PIPE, text=True,
                             env=site.environment)
    assert cut.returncode == 2 and "stdout could not be written" in cut.stderr, cut
    stored = site.status("--from-store")
    assert stored["source"] == "store" and stored["findings"], stored.keys()
    assert site.run("status", "--from-store").stdout.startswith("store: sqlite:"), "the first line says who speaks"
    sums = [sum(one["read"] for one in said["partitions"]) for said in (status, stored)]
    assert sums[0] == sums[1] > 0, sums


def check_socket(site):
    assert stat.S_IMODE(site.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(site.socket.parent.stat().st_mode) == 0o700
    assert "at most 4096 bytes" in site.raw(b"x" * 100_000 + b"\n")["error"]
    assert "no JSON object" in site.raw(b"\xff\xfe\n")["error"]
    assert site.raw(b'{"command": "status"}\n')["ok"] is True
    second = site.run("run", expect=2)
    assert "another node listens there (process " in second.stderr, second.stderr


def check_other_user(site):
    """The socket's mode keeps others out; where somebody has opened it, the node refuses."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        print("not checked: another user (needs root and setpriv)")
        return
    ask = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.makefile().readline())"
    as_nobody = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", "/usr/bin/python3", "-c", ask, str(site.socket)]
    for folder in (site.folder, site.socket.parent):
        folder.chmod(0o755)
    done = subprocess.run(as_nobody, capture_output=True, text=True, timeout=60)
    assert "PermissionError" in done.stderr, done
    site.socket.chmod(0o666)
    done = subprocess.run(as_nobody, capture_output=True, text=True, timeout=60)
    assert f"uid {NOBODY} may not ask" in done.stdout, done
    site.socket.chmod(0o600)
    site.socket.parent.chmod(0o700)


def check_pool(site):
    assert site.run("ctl pool", "validation", 5).stdout == "pool validation 5: 5 workers, before: 2\n"
    assert [one["size"] for one in site.status()["pools"] if one["name"] == "validation"] == [5]
    assert "cannot be resized" in site.run("ctl pool", "storage", 5, expect=1).stderr
    refused = site.run("ctl pool", "storage", 5, "--json", expect=1)
    assert json.loads(refused.stdout)["ok"] is False, refused.stdout
    for wrong in (("ctl pool", "validation", 0), ("ctl pool", "validation", 257), ("ctl pool", "validation", "many"),
                  ("ctl pool", "validation", "010"), ("ctl pool", "validation", "0x10"),
                  ("ctl pause", "no-partition"), ("ctl pause", f"{site.topic}/x"), ("ctl",), ("ctl fly",)):
        site.run(*wrong, expect=64)


def check_pause(site, node):
    name = f"{site.topic}/0"
    assert "this node has no such partition" in site.run("ctl pause", f"{site.topic}/7", expect=1).stderr
    site.run("ctl pause", name)
    before = site.partition(0)
    assert before["state"] == "paused", before
    site.run("simulate", "--events", 400, "--seed", 4, "--quiet")
    site.wait("the others go on", lambda: site.partition(1)["read"] > 0 and site.partition(1)["lag_records"] == 0
              and (site.partition(0)["lag_records"] or 0) > 0, node)
    during = site.partition(0)
    assert during["read"] == before["read"] and during["next_offset"] == before["next_offset"], (before, during)
    site.run("ctl resume", name)
    site.wait("all is read", lambda: is_settled(site), node)
    assert site.partition(0)["read"] > before["read"]


def check_kill(site, node):
    node.send_signal(signal.SIGKILL)
    node.wait()
    assert site.socket.exists(), "nobody was left to remove it"
    assert site.status()["source"] == "store"
    assert "no node answers at" in site.run("ctl drain", expect=2).stderr
    node = site.start()
    site.wait("the socket is taken over", lambda: site.status()["source"] == "node", node)
    return node


def check_drain(site, node):
    assert site.run("ctl drain").stdout == "drain: the node drains, and stops\n"
    assert node.wait(timeout=60) == 0
    assert not site.socket.exists(), "a node that ends removes its socket"
    lines = [json.loads(line) for line in (site.folder / "log").read_text().splitlines() if line.startswith("{")]
    assert not [line for line in lines if line["level"] == "error"], lines
    told = [line["text"] for line in lines if line["event"] == "control-command"]
    assert told == [f"uid {os.geteuid()} command drain outcome done: the node drains, and stops"], told


def check_unread_log(site):
    """Whoever read the log has gone: writing a line fails, and the node goes on."""
    node = subprocess.Popen(site.arguments("run", "--set", "log.level=debug"), stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, env=site.environment)
    try:
        node.stderr.close()
        site.wait("the node answers", lambda: site.status()["source"] == "node", node)
        site.run("simulate", "--events", 200, "--seed", 5, "--quiet")
        site.wait("all is read", lambda: is_settled(site), node)
        node.send_signal(signal.SIGTERM)
        assert node.wait(timeout=60) == 0, node.returncode
    finally:
        if node.poll() is None:
            node.kill()
            node.wait()


def main(program, kafka, folder):
    site = Site(program, kafka, folder)
    assert "no node answers" in site.run("ctl drain", expect=2).stderr
    site.run("topics create")
    site.run("simulate", "--events", 400, "--seed", 3, "--quiet")
    node = site.start()
    try:
        site.wait("the node answers, and has read all", lambda: site.socket.exists() and is_settled(site), node)
        check_status(site)
        check_socket(site)
        check_other_user(site)
        check_pool(site)
        check_pause(site, node)
        commands = [(one["command"], one["ok"]) for one in site.status()["commands"]]
        assert commands == [("pool validation 5", True), ("pool storage 5", False), ("pool storage 5", False),
                            (f"pause {site.topic}/7", False), (f"pause {site.topic}/0", True),
                            (f"resume {site.topic}/0", True)], commands
        if "--print" in sys.argv:  # For docs/operate.md.
            print(site.run("status").stdout)
        node = check_kill(site, node)
        check_drain(site, node)
        check_unread_log(site)
        none = subprocess.run([*site.arguments("ctl drain"), "--set", "control.socket="], capture_output=True, text=True,
                              env=site.environment)
        assert none.returncode == 2 and "`control.socket` is empty" in none.stderr, none
    finally:
        if node.poll() is None:
            node.kill()
            node.wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="aepro-test-") as place:
        main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(place))
