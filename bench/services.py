"""A broker and a database of the bench's own, and the programs that work on them."""
import contextlib, json, os, pathlib, shutil, signal, subprocess, sys, time
from urllib.parse import urlsplit, urlunsplit

from meter import children

ROOT = pathlib.Path(__file__).resolve().parents[1]
POSTGRES_SETTINGS = ["max_wal_size=4GB"]


class Failure(Exception):
    """The bench could not do what it should; the text says why."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def call(command, what, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise Failure(f"{what}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout.strip()


def run_to_end(command):
    """For cleaning up: a session of its own, which Ctrl-C does not reach."""
    subprocess.run(command, stdout=subprocess.DEVNULL, start_new_session=True)


def keep_log(log, folder, name):
    """Saves a server's log from the removal of its folder; `folder` is None where nobody wants it."""
    if folder and log.exists():
        shutil.copyfile(log, folder / name)


class Kafka:
    """scripts/test-kafka: one node, KRaft, plaintext on loopback."""

    def __init__(self, folder):
        self.folder = folder

    def start(self):
        self.address = call([ROOT / "scripts/test-kafka", "start", self.folder], "Kafka")
        self.pid = int((self.folder / "broker.pid").read_text())

    def crash(self):
        """kill -9; what the broker has written stays."""
        call([ROOT / "scripts/test-kafka", "crash", self.folder], "Kafka")

    def restart(self):
        """Returns when its port answers."""
        call([ROOT / "scripts/test-kafka", "restart", self.folder], "Kafka")
        self.pid = int((self.folder / "broker.pid").read_text())

    def stop(self, keep):
        keep_log(self.folder / "broker.log", keep, "kafka.log")
        run_to_end([ROOT / "scripts/test-kafka", "stop", self.folder])

    def version(self):
        libs = call([ROOT / "scripts/setup-kafka"], "Kafka's jars")
        jar = next(pathlib.Path(libs, "libs").glob("kafka_2.13-*.jar"))
        return jar.stem.split("-")[1]


class Postgres:
    """scripts/test-postgres: one server, one database for each step."""

    def __init__(self, folder):
        self.folder = folder

    def start(self):
        self.url = call([ROOT / "scripts/test-postgres", "start", self.folder, *POSTGRES_SETTINGS], "PostgreSQL")
        self.pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def stop(self, keep):
        keep_log(self.folder / "log", keep, "postgresql.log")
        run_to_end([ROOT / "scripts/test-postgres", "stop", self.folder])

    @contextlib.contextmanager
    def standing_still(self):
        """SIGSTOP for all of its processes until the block ends: connections stay, and nothing answers."""
        stopped = [self.pid]
        try:
            os.kill(self.pid, signal.SIGSTOP)  # First, so that it makes no more children.
            for child in children(self.pid):
                stopped.append(child)
                os.kill(child, signal.SIGSTOP)
            yield
        finally:
            for pid in reversed(stopped):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def url_of(self, database):
        return urlunsplit(urlsplit(self.url)._replace(path="/" + database))

    def query(self, sql, database="postgres"):
        """Rows as lists of texts."""
        text = call(["psql", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql, self.url_of(database)],
                    "psql")
        return [line.split("\t") for line in text.splitlines()]

    def create(self, database):
        self.query(f"DROP DATABASE IF EXISTS {database}")
        self.query(f"CREATE DATABASE {database}")
        self.query("CHECKPOINT")
        return self.url_of(database)

    def drop(self, database):
        self.query(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def table_bytes(self, database):
        """All tables of the schema with their indexes and TOAST."""
        sql = ("SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
               "WHERE relkind IN ('r', 'p', 'm') AND relnamespace = 'public'::regnamespace")
        return int(self.query(sql, database)[0][0])

    def wal_position(self):
        return int(self.query("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0][0])


class Topics:
    """The topics of one kind of ids. Events: two topics of two partitions, four in all."""

    def __init__(self, prefix, ids):
        self.prefix, self.ids, self.records = prefix, ids, 0
        self.events = [f"{prefix}.adverse-events", f"{prefix}.questionnaire-responses"]

    def settings(self):
        names = {"adverse_events": "adverse-events", "questionnaire_responses": "questionnaire-responses",
                 "subjects": "subjects", "dead_letters": "dead-letters", "ledger_anchors": "ledger-anchors"}
        return ["topics.partitions=2", *(f"topics.{name}={self.prefix}.{end}" for name, end in names.items())]


class Programs:
    """aepro and aepro_bench from one build folder; where only nodes are started, aepro is enough."""

    def __init__(self, build, node_settings, only_nodes=False):
        self.aepro, self.bench = build / "aepro", build / "bench/aepro_bench"
        self.node_settings, self.started = node_settings, []
        needed = [self.aepro] if only_nodes else [self.aepro, self.bench]
        missing = [str(path) for path in needed if not os.access(path, os.X_OK)]
        if missing:
            raise Failure(f"missing: {', '.join(missing)}\nbuild them: scripts/build {build} -DAEPRO_BENCH=ON")

    def start(self, command, **options):
        """A subprocess.Popen that stop_all() ends if nothing else does."""
        process = subprocess.Popen([str(part) for part in command], text=True, **options)
        self.started.append(process)
        return process

    def stop_all(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()

    def command(self, name, kafka, *more, topics, store=None, settings=()):
        settings = ["kafka.security.protocol=plaintext", *topics.settings(), *settings]
        sets = [part for setting in settings for part in ("--set", setting)]
        place = ["--store", store] if store else []
        return [str(self.aepro), *name.split(), "--brokers", kafka.address, *place, *sets, *map(str, more)]

    def node(self, kafka, topics, store, group, files, *more, settings=(), name=None):
        """Starts `aepro run --json`; its answer goes to files/NAME.json, its log to NAME.log (default: the group)."""
        name = name or group
        command = self.command("run", kafka, "--json", *more, topics=topics, store=store,
                               settings=[f"group={group}", *self.node_settings, *settings])
        with open(files / f"{name}.json", "w") as out, open(files / f"{name}.log", "a") as log:
            process = self.start(command, stdout=out, stderr=log)
        process.report, process.log = files / f"{name}.json", files / f"{name}.log"
        return process

    def load(self, kafka, topics, events, seed, *more, start_ms=None, settings=()):
        """The command that fills the topics; each seed's records are new ones."""
        start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start_ms / 1000)) if start_ms else None
        return self.command("simulate", kafka, "--json", "--quiet", "--events", events, "--seed", seed, "--ids",
                            topics.ids, "--no-trouble", "--no-trace", "--no-numbers",
                            *(["--start", start] if start else []), *more, topics=topics, settings=settings)

    def simulate(self, *arguments, **options):
        """Fills the topics as `load` says. Returns what simulate says."""
        return json.loads(call(self.load(*arguments, **options), "aepro simulate"))
