"""CPU time and memory of processes, from /proc."""
import os, pathlib, time

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def stat_fields(pid):
    """Fields of /proc/PID/stat behind the command's name, which may hold spaces; None when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text[text.rindex(")") + 2:].split()


def ticks(fields, first, last):
    return sum(int(value) for value in fields[first:last + 1]) if fields else 0


def own_cpu(pid):
    """User and system seconds of a process with all its threads; 0 when it is gone."""
    return ticks(stat_fields(pid), 11, 12) / TICKS


def rss_bytes(pid):
    """Resident memory of a process; None when it is gone."""
    fields = stat_fields(pid)
    return int(fields[21]) * PAGE if fields else None


def children(pid):
    """Ids and states of the processes whose parent this is."""
    found = {}
    for entry in os.listdir("/proc"):
        fields = stat_fields(entry) if entry.isdigit() else None
        if fields and fields[1] == str(pid):
            found[int(entry)] = fields[0]
    return found


def family_cpu(pid):
    """User and system seconds of a process and of all its children, ended ones included.

    All of PostgreSQL's processes are children of the postmaster. A child's time moves to its parent while the
    parent waits for it, and for a moment both have it: a sum that met an ended child is taken again.
    """
    for _ in range(10_000):
        before = children(pid)
        total = sum(ticks(stat_fields(member), 11, 14) for member in (pid, *before))
        after = children(pid)
        if before.keys() == after.keys() and not {"Z", "X"} & set(after.values()):
            return total / TICKS
    raise RuntimeError(f"the children of process {pid} never rest")


def machine_cpu():
    """Busy seconds of all cores, stolen ones left out."""
    fields = [int(value) for value in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _iowait, irq, softirq = fields[:7]
    return (user + nice + system + irq + softirq) / TICKS


class Meter:
    """What the broker, the database and the whole machine spend between two instants."""

    def __init__(self, broker_pid, database_pid):
        self.broker_pid, self.database_pid = broker_pid, database_pid
        self.restart()

    def restart(self):
        self.before = self.read()

    def read(self):
        return {"broker": own_cpu(self.broker_pid), "database": family_cpu(self.database_pid),
                "machine": machine_cpu(), "wall": time.monotonic()}

    def spent(self):
        """Seconds of CPU by name, and of the clock as `wall`, since the last restart."""
        now = self.read()
        return {name: now[name] - self.before[name] for name in now}


def wait_measured(process, limit_seconds):
    """Waits for a subprocess.Popen. Returns (exit code, CPU seconds, peak RSS in bytes).

    CPU: user and system, from its start on. Past the limit it is killed: TimeoutError.
    """
    end = time.monotonic() + limit_seconds
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
        if time.monotonic() > end:
            process.kill()
            process.wait()
            raise TimeoutError(f"{process.args[:2]} did not end within {limit_seconds} s")
        time.sleep(0.02)
