"""Three nodes, a broker and a database with a standby; between each node and each server a link that can fail."""
import pathlib, signal
import cluster
from network import Link, free_port
from watch import wait_for

SETTINGS = ("kafka.session.timeout.ms=6000", "kafka.heartbeat.interval.ms=1000", "log.format=json",
            "batch.records_max=200", "drain_grace=10s")
DRAIN_MAX = 60  # Seconds from SIGTERM to the end of a node: drain_grace, the publisher's time, and a slow machine.
FAKE_CLOCK = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


class Node:
    """A node as a process, with links of its own; `clock` is a file that says how wrong its clock is."""

    def __init__(self, name, files, kafka_link, store_link, has_fake_clock):
        self.name, self.log = name, files / f"{name}.log"
        self.kafka_link, self.store_link = kafka_link, store_link
        self.system = cluster.Cluster(f"127.0.0.1:{kafka_link.port}",
                                      f"postgresql://postgres@127.0.0.1:{store_link.port}/postgres", SETTINGS)
        self.clock = files / f"{name}.clock" if has_fake_clock else None
        self.set_clock(0)

    def set_clock(self, seconds):
        if self.clock:
            self.clock.write_text(f"{seconds:+d}s\n")

    def start(self):
        environment = {}
        if self.clock:
            environment = {"LD_PRELOAD": str(FAKE_CLOCK), "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                           "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        with open(self.log, "a") as log:
            self.process = self.system.node(self.name, log=log, environment=environment)

    def tell(self, number):
        self.process.send_signal(number)

    def wait_for_end(self):
        """After SIGTERM: it must drain, with exit code 0."""
        code = self.process.wait(timeout=DRAIN_MAX)
        if code != 0:
            raise AssertionError(f"{self.name} ended with {code} when told to stop:\n{self.log.read_text()[-3000:]}")

    def check_alive(self):
        if (code := self.process.poll()) is not None:
            raise AssertionError(f"{self.name} ended by itself with {code}:\n{self.log.read_text()[-3000:]}")


class World:
    """Everything that can fail, by names; started by its constructor."""

    def __init__(self, files, stack, node_count=3):
        self.files, self.generation = files, 0
        names = [f"node{number}" for number in range(1, node_count + 1)]
        self.kafka, kafka_links = self._start_kafka(stack, names)
        self.database = self._add_database(stack)
        self.nodes = [Node(name, files, kafka_links[name], Link(self.database.port),
                           has_fake_clock=FAKE_CLOCK is not None and name == names[-1]) for name in names]
        self.direct = cluster.Cluster(self.kafka.address, self.database.url, SETTINGS)
        self.stack = stack
        self.load = None  # What publishes; it must not end before it is done.
        self.start_standby()

    def _start_kafka(self, stack, names):
        """One listener for each node, which advertises the address of the node's link."""
        ports = {name: free_port() for name in ("PLAINTEXT", "CONTROLLER", *map(str.upper, names))}
        links = {name: Link(ports[name.upper()]) for name in names}
        advertised = {name.upper(): links[name].port for name in names} | {"PLAINTEXT": ports["PLAINTEXT"]}
        properties = {
            "listeners": ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items()),
            "advertised.listeners": ",".join(f"{name}://127.0.0.1:{port}" for name, port in advertised.items()),
            "controller.quorum.voters": f"1@127.0.0.1:{ports['CONTROLLER']}",
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in ports)}
        kafka = stack.enter_context(cluster.broker("--port", str(ports["PLAINTEXT"]),
                                                   *(f"{name}={value}" for name, value in properties.items())))
        return kafka, links

    def _add_database(self, stack, primary=None):
        self.generation += 1
        path = stack.enter_context(cluster.folder()) / "pg"
        database = cluster.Postgres(path, primary)
        stack.callback(database.control, "stop")
        return database

    def start_standby(self):
        """A standby of the present database, behind a link: what it has not got when it takes over is forgotten."""
        self.standby_link = Link(self.database.port)
        self.standby = self._add_database(self.stack, self.standby_link.port)

    def fail_over(self):
        """The database is gone; its standby takes over with what it has."""
        self.database.control("crash")
        self.standby.control("promote")
        self.database = self.standby
        self.direct.store_url = self.database.url
        for node in self.nodes:
            node.store_link.lead_to(self.database.port)

    def check_alive(self):
        for node in self.nodes:
            node.check_alive()
        if self.load is not None and self.load.poll() not in (None, 0):
            cluster.loaded(self.load)

    def stop_nodes(self):
        for node in self.nodes:
            node.tell(signal.SIGTERM)
        for node in self.nodes:
            node.wait_for_end()

    def wait_for(self, what, done, seconds, left=lambda: ""):
        """`left` says what is missing when it fails."""
        wait_for(what, lambda: self.check_alive() or done(), seconds, left=left)
