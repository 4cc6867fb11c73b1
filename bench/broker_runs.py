"""The broker dies in the middle of a drain and comes back: when the node commits again, and at its old rate."""
import signal, time

from long_runs import KILL_AT, stored_records, stored_segments, table_exists, times_after, wait_until
from meter import wait_measured
from services import Failure, say


def broker_restart(bench, ids):
    """Yields one row. What comes after it meets a young JVM, so it belongs last."""
    topics = bench.topics(ids)
    database = f"broker_{ids}"
    url = bench.postgres.create(database)
    say(f"broker restart ({ids})")
    node = bench.programs.node(bench.kafka, topics, url, f"broker-{ids}", bench.files)
    try:
        wait_until("draining", lambda: table_exists(bench, database)
                   and stored_records(bench, database) > KILL_AT * topics.records, node)
        killed_ms = 1000 * time.time()
        bench.kafka.crash()
        bench.restart_broker()
        answered_ms = 1000 * time.time()
        wait_until("draining again", lambda: stored_records(bench, database) == topics.records, node, 300)
        node.send_signal(signal.SIGTERM)
        code, _, _ = wait_measured(node, 60)
    except BaseException:
        node.kill()
        raise
    if code:
        raise Failure(f"broker restart: the node ended with {code}\n{node.log.read_text()[-3000:]}")
    segments = stored_segments(bench, database, topics.records)
    bench.postgres.drop(database)
    yield {"ids": ids, "outage_seconds": (answered_ms - killed_ms) / 1000,
           **times_after(segments, killed_ms, answered_ms)}
