"""The steps of the bench that one table compares. Each returns a dict that report.py prints."""
import contextlib, json, sqlite3, subprocess

from meter import wait_measured
from services import Failure, Topics, call, say

IDLE_SECONDS = 2
DRAIN_LIMIT_SECONDS = 900
ALL = ["consume", "control-1", "control-4", "rows-1", "rows-4", "drain-postgres", "drain-sqlite"]


class Bench:
    """What the steps share: services, programs, and topics that are filled when they are needed."""

    def __init__(self, options, kafka, postgres, programs, other, meter, files):
        self.options, self.kafka, self.postgres = options, kafka, postgres
        self.programs, self.other, self.meter, self.files = programs, other, meter, files
        self.filled, self.drained, self.drain_rates = {}, {}, {}
        self.is_warm = False

    def topics(self, ids):
        """The topics with --records events of this kind of ids."""
        if ids not in self.filled:
            self.filled[ids] = self.new_topics(ids, ids)
            self.fill(self.filled[ids], self.options.records)
            self.read_raw(self.filled[ids])  # No step meets a broker that has never served these topics.
        return self.filled[ids]

    def new_topics(self, prefix, ids):
        topics = Topics(prefix, ids)
        call(self.programs.command("topics create", self.kafka, topics=topics), "aepro topics create")
        return topics

    def restart_broker(self):
        """It is another process then, and its JVM has compiled nothing yet."""
        self.kafka.restart()
        self.meter.broker_pid = self.kafka.pid
        self.is_warm = False

    def fill(self, topics, events, seed=1, start_ms=None):
        say(f"filling {topics.prefix}.* with {events} events")
        sent = self.programs.simulate(self.kafka, topics, events, seed, start_ms=start_ms)
        topics.records += sent["records"]
        topics.value_bytes = sent["value_bytes"] / sent["records"]
        return sent["records"]

    def read_raw(self, topics):
        """Reads all events with librdkafka alone. Returns aepro_bench's answer and its peak RSS."""
        command = [self.programs.bench, "consume", "--brokers", self.kafka.address, "--topics", *topics.events,
                   "--records", self.options.records]
        process = self.programs.start(command, stdout=subprocess.PIPE)
        answer = process.stdout.read()
        code, _, peak = wait_measured(process, 300)
        if code:
            raise Failure(f"aepro_bench consume: exit {code}")
        return json.loads(answer), peak

    def row(self, step, ids, seconds, own_cpu, spent, records=None, **more):
        """A row of the table. `spent` is the meter's; CPU is per event, in microseconds."""
        records = records or self.options.records
        others = spent["machine"] - own_cpu - spent["broker"] - spent["database"]
        return {"step": step, "ids": ids, "records": records, "seconds": seconds,
                "records_per_second": records / seconds, "own_us": 1e6 * own_cpu / records,
                "broker_us": 1e6 * spent["broker"] / records, "database_us": 1e6 * spent["database"] / records,
                "other_cores_busy": max(0.0, others) / spent["wall"], **more}


def consume(bench, ids):
    topics = bench.topics(ids)
    bench.meter.restart()
    done, peak = bench.read_raw(topics)
    spent = bench.meter.spent()
    return bench.row("consume", ids, done["seconds"], done["cpu_seconds"], spent, peak_rss_bytes=peak)


@contextlib.contextmanager
def copier(bench, *arguments):
    """Runs aepro_bench with a step that copies. Yields a function that sends it a command for its answer."""
    process = bench.programs.start([bench.programs.bench, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answer():
        line = process.stdout.readline()
        if not line:
            raise Failure(f"aepro_bench {arguments[0]} ended: {process.wait()}")
        return json.loads(line)

    def ask(command):
        process.stdin.write(command + "\n")
        process.stdin.flush()
        return answer()
    yield answer(), ask
    process.stdin.close()
    if process.wait():
        raise Failure(f"aepro_bench {arguments[0]}: exit {process.returncode}")


def copies(bench, name, ids, database, wanted, arguments, count_sql, expected):
    """Times a copier's runs over 1 and 4 connections. `count_sql` must then count `expected` rows."""
    with copier(bench, *arguments) as (loaded, ask):
        for connections in (1, 4):
            step = f"{name}-{connections}"
            if step not in wanted:
                continue
            say(f"{step} ({ids})")
            ask("prepare")
            wal = bench.postgres.wal_position()
            bench.meter.restart()
            done = ask(f"run {connections}")
            spent = bench.meter.spent()
            wal = bench.postgres.wal_position() - wal
            found = int(bench.postgres.query(count_sql, database)[0][0])
            if found != expected:
                raise Failure(f"{step}: {found} rows, not {expected}")
            yield bench.row(step, ids, done["seconds"], done["cpu_seconds"], spent,
                            disk_bytes=bench.postgres.table_bytes(database) / bench.options.records,
                            wal_bytes=wal / bench.options.records, loaded=loaded)


def control(bench, ids, wanted):
    topics = bench.topics(ids)
    url = bench.postgres.create("control")
    arguments = ["control", "--brokers", bench.kafka.address, "--topics", *topics.events, "--records",
                 bench.options.records, "--postgres", url]
    right = "SELECT count(*) FROM {} WHERE value_sha256 = sha256(value)"
    tables = ("wide_adverse_event", "wide_questionnaire_response")
    counts = "SELECT " + " + ".join(f"({right.format(table)})" for table in tables)
    yield from copies(bench, "control", ids, "control", wanted, arguments, counts, bench.options.records)
    bench.postgres.drop("control")


def rows(bench, ids, wanted):
    source = drained_database(bench, ids)
    url = bench.postgres.create("rows")
    subprocess.run([str(bench.programs.aepro), "migrate", "--store", url], check=True, stdout=subprocess.DEVNULL)
    arguments = ["rows", "--from", bench.postgres.url_of(source), "--records", bench.options.records,
                 "--postgres", url]
    yield from copies(bench, "rows", ids, "rows", wanted, arguments, "SELECT count(*) FROM event",
                      bench.topics(ids).records)
    bench.postgres.drop("rows")


def drained_database(bench, ids):
    """The database that a drain of these ids has left; drains now if none has."""
    if ids not in bench.drained:
        drain_postgres(bench, ids)
    return bench.drained[ids]


def drain(bench, step, topics, store, records, ledger, group=None, programs=None, more=()):
    """Runs a node until nothing comes any more. Returns a row without disk figures.

    `ledger` returns how many records the store's ledger has and when its last segment was made; they must
    be all that the topics have.

    Time: from the last status before the first record was read (asked every 10 ms) to the instant at
    which the last one settled, both by the node's own account.
    """
    group = group or f"{step}-{topics.prefix}"
    say(f"{step} ({topics.ids})")
    bench.meter.restart()
    programs = programs or bench.programs
    process = programs.node(bench.kafka, topics, store, group, bench.files, "--until-idle", IDLE_SECONDS, *more)
    code, cpu, peak = wait_measured(process, DRAIN_LIMIT_SECONDS)
    spent = bench.meter.spent()
    if code:
        raise Failure(f"{step}: aepro run: exit {code}\n{process.log.read_text()[-3000:]}")
    report = json.loads(process.report.read_text())
    stored, last_segment_at = ledger()
    if stored != topics.records:
        raise Failure(f"{step}: the ledger has {stored} records, not {topics.records}")
    at = report["unix_ms"]
    return bench.row(step, topics.ids, (at["last_activity"] - at["reading"]) / 1000, cpu, spent, records=records,
                     peak_rss_bytes=peak, retries=report["retries"], uncounted_records=report["in_flight"],
                     last_segment_before_end_seconds=(at["last_activity"] - last_segment_at) / 1000,
                     join_seconds=(at["group_joined"] - at["started"]) / 1000,
                     claim_seconds=(at["reading"] - at["group_joined"]) / 1000,
                     subjects_seconds=(at["subjects_caught_up"] - at["reading"]) / 1000)


LEDGER = "SELECT coalesce(sum(record_count), 0), coalesce(max(stored_at), 0) FROM ledger_segment"


def postgres_ledger(bench, database):
    return lambda: tuple(int(value) for value in bench.postgres.query(LEDGER, database)[0])


def warm_up(bench, ids):
    """A drain that is not counted: a broker in Java compiles itself while it serves its first one."""
    url = bench.postgres.create("warm")
    drain(bench, "warm-up", bench.topics(ids), url, bench.options.records, postgres_ledger(bench, "warm"))
    bench.postgres.drop("warm")
    bench.is_warm = True


def drain_postgres(bench, ids):
    topics = bench.topics(ids)
    database = f"aepro_{ids}"
    url = bench.postgres.create(database)
    wal = bench.postgres.wal_position()
    row = drain(bench, "drain-postgres", topics, url, bench.options.records, postgres_ledger(bench, database))
    records = bench.options.records
    row["wal_bytes"] = (bench.postgres.wal_position() - wal) / records
    row["disk_bytes"] = bench.postgres.table_bytes(database) / records
    bench.drained[ids], bench.drain_rates[ids] = database, row["records_per_second"]
    return row


def drain_sqlite(bench, ids):
    topics = bench.topics(ids)
    path = bench.files / f"aepro-{ids}.sqlite"
    for file in path.parent.glob(path.name + "*"):
        file.unlink()

    def ledger():
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return database.execute(LEDGER).fetchone()
    row = drain(bench, "drain-sqlite", topics, f"sqlite:{path}", bench.options.records, ledger)
    row["disk_bytes"] = sum(file.stat().st_size for file in path.parent.glob(path.name + "*")) / bench.options.records
    if not bench.options.keep:
        for file in path.parent.glob(path.name + "*"):
            file.unlink()
    return row


def compared(bench, ids, wanted):
    """The rows of the table, in the order in which they are measured."""
    if not bench.is_warm:
        warm_up(bench, ids)
    if "consume" in wanted:
        say(f"consume ({ids})")
        yield consume(bench, ids)
    if wanted & {"control-1", "control-4"}:
        yield from control(bench, ids, wanted)
    if "drain-postgres" in wanted:
        yield drain_postgres(bench, ids)
    if wanted & {"rows-1", "rows-4"}:
        yield from rows(bench, ids, wanted)
    if "drain-sqlite" in wanted:
        yield drain_sqlite(bench, ids)
