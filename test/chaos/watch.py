"""What a store holds, and waiting for things that other processes do."""
import contextlib, sqlite3, subprocess, time


def sql(url, *statements):
    """Runs statements through psql; returns the output."""
    parts = [part for statement in statements for part in ("-c", statement)]
    done = subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", url, *parts], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def stored(url):
    """Returns how many records the ledger counts; -1 where the store does not answer."""
    query = "SELECT coalesce(sum(accepted + rejected + duplicate + conflict), 0) FROM partition_state"
    try:
        if url.startswith("sqlite:"):
            with contextlib.closing(sqlite3.connect(f"file:{url[7:]}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchone()[0]
        return int(sql(url, query))
    except (RuntimeError, sqlite3.Error):
        return -1


class Progress:
    """Whether every partition of events has stored something since; the database is PostgreSQL."""
    QUERY = ("SELECT topic || '/' || partition || ' ' || next_offset FROM partition_state JOIN stream USING (stream_id) "
             "WHERE topic <> 'aepro.subjects'")

    def __init__(self, url):
        self.url = url
        self.lowest = self.offsets()

    def offsets(self):
        try:
            return {name: int(offset) for name, offset in map(str.split, sql(self.url, self.QUERY).splitlines())}
        except RuntimeError:
            return {}

    def everywhere(self):
        now = self.offsets()
        for name, offset in now.items():  # A database that has failed over may have gone back.
            self.lowest[name] = min(offset, self.lowest.get(name, offset))
        return bool(now) and all(now[name] > self.lowest[name] for name in now)


def wait_for(what, done, seconds, node=None, log=None):
    """Asks `done` until it says yes; the node, where one is given, must live. `log` is shown when it fails."""
    end = time.monotonic() + seconds
    while not done():
        tail = f"\n{log.read_text()[-3000:]}" if log else ""
        if node is not None and node.poll() is not None:
            raise AssertionError(f"the node ended with {node.returncode}, waiting for {what}{tail}")
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}{tail}")
        time.sleep(0.02)  # Between two looks at another process; what counts is `done`.
