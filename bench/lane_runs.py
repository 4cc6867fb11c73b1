"""Adverse events at a low rate, alone and in a flood of forms; and what the flood keeps of its own rate."""
import json, signal

from long_runs import lowest_epoch, table_exists, wait_until
from meter import wait_measured
from services import Failure, say
from steps import drain, postgres_ledger

RATE = 200  # Adverse events a second.
ALONE_SECONDS, WARM_UP_SECONDS = 30, 30
FLOOD = 3  # Times --records: a million forms are gone before the adverse events of five seconds are.
FORMS_SHARE = 25  # lanes.questionnaire_responses.share, unless --set says otherwise.
RECORDS_OF = ("SELECT coalesce(sum(record_count), 0) "
              "FROM ledger_segment JOIN stream USING (stream_id) WHERE topic = '{}'")
SPAN_OF = ("SELECT coalesce(min(stored_at), 0), coalesce(max(stored_at), 0), coalesce(sum(record_count), 0) "
           "FROM ledger_segment JOIN stream USING (stream_id) WHERE topic = '{}'")


def lanes(bench, ids):
    """Yields one row: latencies alone and in the flood, and the flood's rate beside its rate alone."""
    topics = bench.new_topics(f"lanes-{ids}", ids)
    alone = reports_alone(bench, topics)
    flood = bench.new_topics(f"flood-{ids}", ids)
    forms_made = FLOOD * bench.options.records
    made = bench.programs.simulate(bench.kafka, flood, forms_made, 3, "--adverse-events", 0)
    flood.records = made["records"]
    database = f"flood_{ids}"
    forms = drain(bench, "forms alone", flood, bench.postgres.create(database), forms_made,
                  postgres_ledger(bench, database), group=f"forms-{ids}")
    seconds = max(5, int(0.8 * forms["seconds"]))
    together = reports_in_flood(bench, flood, database, seconds, forms_made)
    bench.postgres.drop(database)
    rate = together["forms_per_second"]
    yield {"ids": ids, "alone_ms": alone, "flood_ms": together["latency_ms"], "seconds": seconds,
           "forms_alone_per_second": forms["records_per_second"], "forms_in_flood_per_second": rate,
           "forms_share": 100 * rate / forms["records_per_second"],
           "forms_share_kept": kept_share(bench.options.settings),
           "forms_left": together["forms_left"], "reports_per_second": RATE}


def kept_share(settings):
    """The forms' reserved share by the node's settings, in percent."""
    name = "lanes.questionnaire_responses.share="
    return next((int(setting.removeprefix(name)) for setting in reversed(settings) if setting.startswith(name)),
                FORMS_SHARE)


def start(bench, topics, database, group, epoch=0):
    """A node that has claimed its partitions."""
    node = bench.programs.node(bench.kafka, topics, bench.postgres.url_of(database), group, bench.files)
    try:
        wait_until("claiming", lambda: table_exists(bench, database) and lowest_epoch(bench, database) > epoch, node)
    except BaseException:
        node.kill()
        raise
    return node


def stop(node):
    """Drains the node. Returns the latencies of adverse events since it started."""
    node.send_signal(signal.SIGTERM)
    code, _, _ = wait_measured(node, 60)
    if code:
        raise Failure(f"lanes: the node ended with {code}\n{node.log.read_text()[-3000:]}")
    return json.loads(node.report.read_text())["lanes"]["adverse_events"]["latency_ms"]


def produce(bench, topics, seconds, seed):
    return bench.programs.simulate(bench.kafka, topics, RATE * seconds, seed, "--rate", RATE, "--adverse-events", 1,
                                   settings=[f"kafka.linger.ms={bench.options.linger}"])


def records_of(bench, database, topic):
    return int(bench.postgres.query(RECORDS_OF.format(topic), database)[0][0])


def reports_alone(bench, topics):
    """Another node has the same load before: servers compile themselves and fill their caches for a while."""
    database = f"lanes_{topics.ids}"
    bench.postgres.create(database)
    sent, answer = 0, None
    for epoch, seconds in enumerate((WARM_UP_SECONDS, ALONE_SECONDS)):
        node = start(bench, topics, database, database.replace("_", "-"), epoch)
        try:
            say(f"{RATE} adverse events a second alone for {seconds} s ({topics.ids})")
            produce(bench, topics, seconds, seed=epoch + 1)
            sent += RATE * seconds
            wait_until("settling", lambda: records_of(bench, database, topics.events[0]) == sent, node)
            answer = checked(stop(node), RATE * seconds)
        except BaseException:
            node.kill()
            raise
    bench.postgres.drop(database)
    return answer


def reports_in_flood(bench, topics, database, seconds, forms_made):
    """The same beside a backlog of forms. Its rate is that of the time until the last report was stored."""
    bench.postgres.create(database)
    node = start(bench, topics, database, f"flood-{topics.ids}")
    try:
        say(f"{RATE} adverse events a second in a flood of forms for {seconds} s ({topics.ids})")
        produce(bench, topics, seconds, seed=4)
        wait_until("settling", lambda: records_of(bench, database, topics.events[0]) == RATE * seconds, node)
        left = forms_made - records_of(bench, database, topics.events[1])
        answer = checked(stop(node), RATE * seconds)
    except BaseException:
        node.kill()
        raise
    first, last, forms = (int(value) for value in bench.postgres.query(SPAN_OF.format(topics.events[1]), database)[0])
    if last <= first:
        raise Failure("lanes: too few forms were stored in the flood; take more --records")
    return {"latency_ms": answer, "forms_left": left, "forms_per_second": 1000 * forms / (last - first)}


def checked(latency, expected):
    if latency["records"] != expected:
        raise Failure(f"lanes: {latency['records']} adverse events were measured, not {expected}")
    return latency
