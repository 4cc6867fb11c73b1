#!/usr/bin/env python3
"""A real broker that fails, or that a person has to help: the node heals or stops, and never skips a record.

usage: broker_fault_test.py down_at_start|gone|topic_missing|denied|outputs_denied|no_output_at_all|out_of_range
"""
import contextlib, json, random, signal, sys, time
import cluster, letters
from watch import stored, wait_for

TOPIC, FORMS, SUBJECTS = cluster.IN_TOPICS
LETTERS, ANCHORS = "aepro.dead-letters", "aepro.ledger-anchors"
ALLOWING = ("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found=true")
WITH_RIGHTS = ("denied", "outputs_denied", "no_output_at_all")


class Bench:
    def __init__(self, kafka, files, url, seed):
        self.kafka, self.url, self.seed = kafka, url, seed
        self.expectation, self.log_path = files / "expect", files / "node.log"
        self.system = cluster.Cluster(kafka.address, url, ["log.format=json"])

    def create_topics(self):
        self.system.run("topics create", store=False)

    def send(self, events, *more):
        return self.system.load("--events", events, "--seed", self.seed, "--expect",
                                 self.expectation, *more)

    def start_node(self, *more):
        with open(self.log_path, "w") as log:
            self.node = self.system.node("only", *more, log=log)

    def log(self):
        return self.log_path.read_text()

    def wait_for(self, what, done, seconds):
        wait_for(what, done, seconds, self.node, self.log_path)

    def stay(self, seconds, said):
        """The node lives through it and says so, once a minute."""
        time.sleep(seconds)
        if self.node.poll() is not None:
            raise AssertionError(f"the node ended with {self.node.returncode}:\n{self.log()[-3000:]}")
        texts = [line["text"] for line in cluster.log_lines(self.log()) if line["level"] == "warning"]
        if not any(all(word in text for word in said) for text in texts):
            raise AssertionError(f"no warning says {said}:\n" + "\n".join(texts))

    def finish(self):
        """Every record that was sent is there once."""
        with open(self.expectation) as lines:
            sent = sum(1 for _ in lines) - 1
        self.wait_for(f"all of {sent} records", lambda: stored(self.url) >= sent, 120)
        self.node.send_signal(signal.SIGTERM)
        if self.node.wait(timeout=60) != 0:
            raise AssertionError(f"the node did not drain: {self.node.returncode}\n{self.log()[-3000:]}")
        cluster.check_warnings(self.log())
        report = self.system.verify("--expect", self.expectation)
        if not report["ok"] or sum(partition["read"] for partition in report["partitions"]) != sent:
            raise AssertionError(report)
        print(f"{sent} records, each exactly once")

    def stops(self, code, *said):
        """The node ends by itself; when it begins to stop and at its very end it names everything a person needs."""
        started = time.monotonic()
        if self.node.wait(timeout=90) == 0:
            raise AssertionError("the node ended as if all were good")
        lines = cluster.log_lines(self.log())
        errors = [(line["event"], line["text"]) for line in lines if line["level"] == "error"]
        text = errors[-1][1] if errors else ""
        if errors != [("node-stops", text), ("node-stopped", text)] or lines[-1]["event"] != "node-stopped":
            raise AssertionError(f"not one cause, said first and last: {errors}\n{self.log()[-3000:]}")
        if not all(word in text for word in (code, *said)):
            raise AssertionError(f"the cause does not say {(code, *said)}: {text}")
        print(f"stopped with {self.node.returncode} after {time.monotonic() - started:.1f} s: {text}")


def down_at_start(bench):
    bench.create_topics()
    load = bench.send(3_000)
    cluster.loaded(load, 120)
    bench.kafka.control("crash")
    bench.start_node()
    bench.stay(12, ["broker_unavailable"])
    bench.kafka.control("restart")
    bench.finish()


def gone(bench):
    bench.create_topics()
    load = bench.send(20_000, "--rate", 1_000, "--set", "kafka.message.timeout.ms=300000")
    bench.start_node()
    for _ in range(2):
        before = stored(bench.url)
        bench.wait_for("records", lambda: stored(bench.url) > before + 1_000, 180)  # A JVM starts in it.
        bench.kafka.control("crash")
        bench.stay(5, ["broker_unavailable"])
        bench.kafka.control("restart")
    cluster.loaded(load, 200)
    bench.finish()


def topic_missing(bench):
    bench.start_node()
    bench.stay(10, ["topic_missing", TOPIC])
    for topic in (FORMS, SUBJECTS):
        bench.stay(0, ["topic_missing", topic])
    bench.create_topics()
    cluster.loaded(bench.send(3_000), 120)
    bench.finish()


def denied(bench):
    """Once for reading the topic, once for seeing it, once for the group; then all is allowed again."""
    bench.create_topics()
    cluster.loaded(bench.send(3_000), 120)
    for resource, operation, said in ((("--topic", TOPIC), "Read", TOPIC), (("--topic", TOPIC), "All", TOPIC),
                                      (("--group", "chaos"), "Read", "chaos")):
        rule = ("--deny-principal", "User:ANONYMOUS", "--operation", operation, *resource)
        bench.kafka.tool("AclCommand", "--add", *rule)
        bench.start_node()
        bench.stops("authorization_denied", said)
        bench.kafka.tool("AclCommand", "--remove", "--force", *rule)
    bench.start_node()
    bench.finish()


def outputs_denied(bench):
    """The node may read its inputs and write neither output. The work goes on, and when the right is given all is
    published in order, without a restart."""
    bench.create_topics()
    load = bench.send(6_000, "--rate", 500, "--malformed", 0.1)
    granted = ("--allow-principal", "User:ANONYMOUS", "--operation", "Describe", "--topic", LETTERS, "--topic", ANCHORS)
    bench.kafka.tool("AclCommand", "--add", *granted)  # With that, nothing else is allowed on them any more.
    bench.start_node("--set", "anchors.interval=1s")
    cluster.loaded(load, 120)
    goes_on_unpublished(bench)
    bench.kafka.tool("AclCommand", "--remove", "--force", *granted)
    bench.wait_for("publication", lambda: behind(bench) == (0, 0), 60)
    bench.finish()
    bench.system.verify("--anchors")
    check_letters(bench)


def no_output_at_all(bench):
    """The same where the principal may write to no topic, so that its producer gets no id from the broker."""
    bench.create_topics()
    bench.send(3_000, "--malformed", 0.1).wait(timeout=120)
    reading = ("--operation", "Read", "--operation", "Describe", "--topic", "*")
    on_cluster = [part for name in ("Create", "Alter", "AlterConfigs", "Describe", "DescribeConfigs", "ClusterAction")
                  for part in ("--operation", name)]
    for rights in (on_cluster + ["--cluster"], reading):
        bench.kafka.tool("AclCommand", "--add", "--allow-principal", "User:ANONYMOUS", *rights)
    bench.start_node("--set", "anchors.interval=1s")
    goes_on_unpublished(bench)
    bench.kafka.tool("AclCommand", "--add", "--allow-principal", "User:ANONYMOUS", "--operation", "Write",
                     "--topic", LETTERS, "--topic", ANCHORS)
    bench.wait_for("publication", lambda: behind(bench) == (0, 0), 60)
    bench.finish()
    check_letters(bench)


def goes_on_unpublished(bench):
    """All that was sent gets stored, nothing is published, and an error says for each topic what to do."""
    with open(bench.expectation) as lines:
        sent = sum(1 for _ in lines) - 1
    bench.wait_for("all that was sent", lambda: stored(bench.url) >= sent, 60)
    for what, topic in (("dead-letters", LETTERS), ("anchors", ANCHORS)):
        bench.wait_for(f"an error that names {topic} and the remedy", lambda: any(
            line["level"] == "error" and line["text"].startswith(f"authorization_denied {what}: ")
            and f"allow the node's principal to write to topic {topic};" in line["text"]
            for line in cluster.log_lines(bench.log())), 20)
    waiting, unanchored = behind(bench)
    if not waiting or unanchored < sent:
        raise AssertionError(f"published without the right: {waiting} dead letters, {unanchored} records wait")


def behind(bench):
    """Returns what `aepro status` says is not published: dead letters, records without an anchor."""
    partitions = json.loads(bench.system.run("status", "--from-store", "--json").stdout)["partitions"]
    return tuple(sum(p[name] for p in partitions) for name in ("dead_letters_unpublished", "records_unanchored"))


def check_letters(bench):
    """Each rejected record is in the topic once, those of a stream in order."""
    last, count = {}, 0
    for partition, headers in letters.read(bench.kafka.address, LETTERS):
        place = partition, headers[b"aepro-topic"], headers[b"aepro-partition"]
        offset = int(headers[b"aepro-offset"])
        if last.get(place, -1) >= offset:
            raise AssertionError(f"{place}: {offset} behind {last[place]}")
        last[place] = offset
        count += 1
    rejected = sum(p["rejected"] for p in bench.system.verify()["partitions"])
    print(f"{rejected} rejected, {count} dead letters")
    if count != rejected:
        raise AssertionError("not as many dead letters as rejected records")


def out_of_range(bench):
    """The broker deletes records that were not read, as retention does."""
    bench.create_topics()
    cluster.loaded(bench.send(2_000), 120)
    bench.system.finish("only")
    states = {(p["topic"], p["partition"]): p["next_offset"] for p in bench.system.verify()["partitions"]}
    next_offset = states[TOPIC, 1]
    cluster.loaded(bench.send(2_000), 120)
    request = bench.expectation.parent / "delete.json"
    request.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": TOPIC, "partition": 1, "offset": next_offset + 5}]}))
    bench.kafka.tool("DeleteRecordsCommand", "--offset-json-file", request)
    bench.start_node()
    bench.stops("offset_out_of_range", f"{TOPIC}/1", str(next_offset), str(next_offset + 5))
    report = bench.system.verify(expect=1)
    after = {(p["topic"], p["partition"]): p["next_offset"] for p in report["partitions"]}
    if after[TOPIC, 1] != next_offset:
        raise AssertionError("the partition went on behind the gap")
    if [(p["kind"], p["topic"], p["partition"], p["offset"]) for p in report["problems"]] != [
            ("watermark", TOPIC, 1, next_offset)]:
        raise AssertionError(report["problems"])


def main(kind):
    seed = random.Random(cluster.seed()).randrange(1 << 30)
    with cluster.broker(*(ALLOWING if kind in WITH_RIGHTS else ())) as kafka, cluster.store("sqlite") as url, \
            cluster.folder() as files:
        globals()[kind](Bench(kafka, files, url, seed))


if __name__ == "__main__":
    main(sys.argv[1])
