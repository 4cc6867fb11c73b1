"""A node with a long backlog while the store stands still: its memory, and that the drain ends with all records."""
import signal, threading, time

from long_runs import stored_records, table_exists, wait_until
from meter import rss_bytes, wait_measured
from services import Failure, say

STAND_AT = 0.1  # Of the records: the node is in the middle of its drain.
SAMPLE_SECONDS = 0.25
SLOWEST_PER_SECOND = 20_000  # A drain that is slower than this has failed.


class Samples:
    """A process's memory over time, until the block ends: (seconds of the monotonic clock, bytes)."""

    def __init__(self, pid):
        self.pid, self.taken, self.over = pid, [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def run(self):
        while not self.over.wait(SAMPLE_SECONDS):
            found = rss_bytes(self.pid)
            if found is not None:
                self.taken.append((time.monotonic(), found))


def standing_store(bench, ids):
    """Yields one row."""
    topics = bench.topics(ids)
    database = f"standing_{ids}"
    url = bench.postgres.create(database)
    say(f"standing store ({ids})")
    node = bench.programs.node(bench.kafka, topics, url, f"standing-{ids}", bench.files)
    began = time.monotonic()
    try:
        with Samples(node.pid) as samples:
            wait_until("draining", lambda: table_exists(bench, database)
                       and stored_records(bench, database) > STAND_AT * topics.records, node)
            first, last = stand_still(bench, node)
            stored = stored_records(bench, database)
            wait_until("draining on", lambda: stored_records(bench, database) > stored, node, 300)
            again = time.monotonic()
            wait_until("the rest of the drain", lambda: stored_records(bench, database) == topics.records, node,
                       300 + topics.records / SLOWEST_PER_SECOND)
            done = time.monotonic()
        node.send_signal(signal.SIGTERM)
        code, _, peak = wait_measured(node, 60)
    except BaseException:
        node.kill()
        raise
    if code:
        raise Failure(f"standing store: the node ended with {code}\n{node.log.read_text()[-3000:]}")
    bench.postgres.drop(database)
    yield {"ids": ids, "records": topics.records, "standstill_seconds": last - first, "peak_rss_bytes": peak,
           "commits_again_seconds": again - last, "rest_seconds": done - last,
           "rss_bytes": memory(samples.taken, first, last), "rss_over_time": over_time(samples.taken, began)}


def stand_still(bench, node):
    """Stops the database for --standstill seconds. Returns from when to when."""
    say(f"the store stands still for {bench.options.standstill} s")
    with bench.postgres.standing_still():
        first = time.monotonic()
        while time.monotonic() < first + bench.options.standstill:
            if node.poll() is not None:
                raise Failure(f"standing store: the node ended with {node.returncode}\n{node.log.read_text()[-3000:]}")
            time.sleep(0.1)
        return first, time.monotonic()


def memory(samples, first, last):
    """Bytes at the beginning and the end of the time from `first` to `last`, and the most in it."""
    inside = [size for at, size in samples if first <= at <= last]
    if not inside:
        raise Failure("standing store: no sample of the node's memory; take a longer --standstill")
    return {"begin": inside[0], "end": inside[-1], "most": max(inside)}


def over_time(samples, began):
    """Returns one sample a second, the largest of it: (whole seconds since `began`, bytes)."""
    most = {}
    for at, size in samples:
        second = int(at - began)
        most[second] = max(most.get(second, 0), size)
    return sorted(most.items())
