"""What a figure depends on: commit, machine, versions, settings."""
import json, os, pathlib, subprocess

from services import POSTGRES_SETTINGS, ROOT, call

DURABILITY = ["server_version", "synchronous_commit", "fsync", "full_page_writes", "max_wal_size", "shared_buffers",
              "checkpoint_timeout", "autovacuum"]
WRITEBACK = ["dirty_expire_centisecs", "dirty_writeback_centisecs"]


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown")
    memory = next(line for line in pathlib.Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    # How long written pages may wait for the disk: what has waited goes at once, and commits wait behind it.
    writeback = {name: int(pathlib.Path("/proc/sys/vm", name).read_text()) for name in WRITEBACK}
    return {"cores": len(os.sched_getaffinity(0)), "cpu": model, "memory_gib": round(int(memory.split()[1]) / 2**20, 1),
            "kernel": os.uname().release, "writeback": writeback}


def commit(folder=ROOT):
    """The tree that this folder is in; programs may be older than it."""
    done = subprocess.run(["git", "-C", folder, "describe", "--always", "--dirty", "--exclude", "*"],
                          capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def other_build(folder):
    """What --against names."""
    folder = pathlib.Path(folder).resolve()
    return {"aepro": call([folder / "aepro", "--version"], "aepro"), "commit": commit(folder)}


def describe(kafka, postgres, programs, options):
    values = {name: postgres.query(f"SHOW {name}")[0][0] for name in DURABILITY}
    versions = json.loads(call([programs.bench, "versions"], "aepro_bench"))
    return {"aepro": call([programs.aepro, "--version"], "aepro"), "commit": commit(), "machine": machine(),
            "versions": {"postgresql": values.pop("server_version"), "kafka": kafka.version(), **versions},
            "postgresql_settings": values, "postgresql_changed": POSTGRES_SETTINGS,
            "kafka": {"heap": os.environ.get("AEPRO_TEST_KAFKA_HEAP", "512m"), "event_partitions": 4},
            "against": other_build(options.against) if options.against else None,
            "node_settings": options.settings, "records": options.records, "load_at_start": os.getloadavg()[0]}


def line(result):
    """The same in a few lines of text."""
    found, host = result["environment"], result["environment"]["machine"]
    settings = ", ".join(f"{name}={value}" for name, value in found["postgresql_settings"].items())
    sizes = ", ".join(f"{ids} {size:.0f} bytes" for ids, size in result.get("value_bytes", {}).items())
    writeback = ", ".join(f"vm.{name}={value}" for name, value in host["writeback"].items())
    other = found["against"]
    against = f"against {other['aepro']}, tree {other['commit']}\n" if other else ""
    return (f"{found['aepro']}, tree {found['commit']}, {result['started_at']}, "
            f"load {found['load_at_start']:.1f} at the start\n{against}"
            f"{host['cores']} cores ({host['cpu']}), {host['memory_gib']} GiB, Linux {host['kernel']}: {writeback}\n"
            f"Kafka {found['versions']['kafka']} (one node, heap {found['kafka']['heap']}, serial collector), "
            f"librdkafka {found['versions']['librdkafka']}, PostgreSQL {found['versions']['postgresql']}: {settings}\n"
            f"{found['records']:,} events{' (' + sizes + ')' if sizes else ''} in {found['kafka']['event_partitions']} "
            f"partitions; node: {' '.join(found['node_settings']) or 'default settings'}")
