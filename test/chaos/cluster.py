"""A real broker, a real database and nodes as processes, for tests that kill them. Standard library only."""
import atexit, contextlib, json, os, pathlib, random, shutil, signal, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("AEPRO_PROGRAM", str(ROOT / "build" / "aepro"))
SHARED_DATA = ROOT.parent / "shared" / "data"
# Control sockets of a test's own: tests that run beside each other use the same group.
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="aepro-test-")
os.environ.pop("RUNTIME_DIRECTORY", None)
atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
started = []  # Killed when the broker goes: a failed test leaves no node behind.
SESSION = 10  # kafka.session.timeout.ms, in seconds: so long the partitions of a static member that left are nobody's.
IN_TOPICS = ("aepro.adverse-events", "aepro.questionnaire-responses", "aepro.subjects")


def script(name, *arguments):
    done = subprocess.run([ROOT / "scripts" / name, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name} {arguments}: {done.stderr}")
    return done.stdout.strip()


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="aepro-test-")
    os.chmod(path, 0o755)
    try:
        yield pathlib.Path(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Kafka:
    def __init__(self, path, *properties):
        """`properties` may begin with --port N."""
        self.path, self.address = path, script("test-kafka", "start", path, *properties)

    def control(self, action):
        """crash or restart, as scripts/test-kafka says."""
        script("test-kafka", action, self.path)

    def tell(self, number):
        """Sends a signal: SIGSTOP lets it hang, SIGCONT go on."""
        os.kill(int((self.path / "broker.pid").read_text()), number)

    def tool(self, name, *arguments):
        return script("test-kafka", "tool", self.path, "org.apache.kafka.tools." + name, *arguments)


@contextlib.contextmanager
def broker(*properties):
    with folder() as path:
        try:
            yield Kafka(path / "kafka", *properties)
        finally:
            for process in started:
                if process.poll() is None:
                    kill_hard(process)
            script("test-kafka", "stop", path / "kafka")


@contextlib.contextmanager
def kafka():
    with broker() as server:
        yield server.address


@contextlib.contextmanager
def store(kind):
    """Yields the URL of an empty store: 'sqlite' or 'postgresql'."""
    with folder() as path:
        if kind == "sqlite":
            yield f"sqlite:{path}/aepro.db"
            return
        with postgres() as server:
            yield server.url


class Postgres:
    """A server; with `primary`, a port, a standby of the server there."""

    def __init__(self, path, primary=None):
        start = ("start", path) if primary is None else ("standby", path, primary)
        self.path, self.url = path, script("test-postgres", *start)

    def control(self, action):
        """crash, shutdown, restart, promote or stop, as scripts/test-postgres says."""
        script("test-postgres", action, self.path)

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1].split("/")[0])


@contextlib.contextmanager
def postgres():
    with folder() as path:
        try:
            yield Postgres(path / "pg")
        finally:
            script("test-postgres", "stop", path / "pg")


def loaded(load, seconds=300):
    """Waits for what Cluster.load() has started; all of it must have been published."""
    if load.wait(timeout=seconds) != 0:
        load.errors.seek(0)
        raise AssertionError(f"simulate ended with {load.returncode}: {load.errors.read()[-3000:]}")


class Cluster:
    """Commands against one broker and one store."""

    def __init__(self, brokers, store_url, settings=()):
        self.brokers, self.store_url = brokers, store_url
        self.settings = ["kafka.security.protocol=plaintext", "group=chaos", *settings]

    def arguments(self, command, *more, store=True, settings=()):
        sets = [part for setting in (*self.settings, *settings) for part in ("--set", setting)]
        place = ["--store", self.store_url] if store else []
        return [PROGRAM, *command.split(), "--brokers", self.brokers, *place, *sets, *map(str, more)]

    def run(self, command, *more, store=True, expect=0, timeout=180):
        done = subprocess.run(self.arguments(command, *more, store=store), capture_output=True, text=True,
                              timeout=timeout)
        if done.returncode != expect:
            raise AssertionError(f"{command} {more}: exit {done.returncode}, not {expect}\n"
                                 f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done

    def start(self, command, *more, store=True, settings=(), log=subprocess.DEVNULL, environment=None):
        process = subprocess.Popen(self.arguments(command, *more, store=store, settings=settings),
                                   stdout=subprocess.DEVNULL, stderr=log, env={**os.environ, **(environment or {})})
        started.append(process)
        return process

    def load(self, *more):
        """Starts `aepro simulate`; `loaded` waits for it."""
        errors = tempfile.TemporaryFile("w+")
        process = self.start("simulate", "--quiet", *more, store=False, log=errors)
        process.errors = errors
        return process

    def node(self, instance, *more, log=subprocess.DEVNULL, settings=(), environment=None):
        return self.start("run", *more, settings=(f"instance_id={instance}", *settings), log=log,
                          environment=environment)

    def finish(self, instance="last", idle=3):
        """Runs a node until nothing comes any more."""
        done = subprocess.run(self.arguments("run", "--until-idle", idle, settings=(f"instance_id={instance}",)),
                              capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise AssertionError(f"run --until-idle: exit {done.returncode}\n{done.stderr[-6000:]}")
        return done

    def verify(self, *more, expect=0):
        done = self.run("verify", "--json", *more, expect=expect)
        return json.loads(done.stdout)

    def second_opinion(self):
        """scripts/verify_ledger.py, which shares no code with aepro, finds the store sound."""
        done = subprocess.run([ROOT / "scripts" / "verify_ledger.py", self.store_url], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"verify_ledger.py: exit {done.returncode}\n{done.stdout}{done.stderr}")


def log_lines(text):
    """The lines of a log in the format json."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


# Said once of all partitions, of which the second word names one.
CODE_ONLY = ("batch-retried",)


def check_warnings(text):
    """Checks that no cause was logged twice within a minute; returns the causes: event, code, and where or what."""
    last = {}
    for line in log_lines(text):
        if line["level"] not in ("warning", "error"):
            continue
        words = line["text"].split()
        cause = (line["event"], *words[:1 if line["event"] in CODE_ONLY else 2])
        if cause in last and line["unix_ms"] - last[cause] < 59_900:
            raise AssertionError(f"{cause} twice within {line['unix_ms'] - last[cause]} ms: {line['text']}")
        last[cause] = line["unix_ms"]
    return set(last)


def kill_hard(process):
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()


def kill_rounds(system, name, rounds, shortest, longest, draw):
    """Starts a node and kills it after a while drawn between the two, so many times. The wait is the load."""
    for _ in range(rounds):
        node = system.node(name)
        time.sleep(draw.uniform(shortest, longest))
        if node.poll() is not None:
            raise AssertionError(f"the node ended by itself with {node.returncode}")
        kill_hard(node)


def seed():
    """Printed, so that a failing run can be repeated with AEPRO_SEED."""
    value = int(os.environ.get("AEPRO_SEED", random.SystemRandom().randrange(1 << 31)))
    print(f"AEPRO_SEED={value}", file=sys.stderr, flush=True)
    return value
