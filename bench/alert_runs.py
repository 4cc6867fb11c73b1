"""How fast people are told: mail in a flood of forms, alerts a second into Kafka, a drain beside a dead mail server, and forms
that are compared with those of their subject."""
import contextlib, json, signal, statistics, subprocess, time

from long_runs import lowest_epoch, table_exists, wait_until
from meter import wait_measured
from services import ROOT, Failure, call, run_to_end, say
from steps import drain, postgres_ledger

MAIL_RATE, MAIL_SECONDS = 12, 15         # Serious adverse events a second; each makes a mail or two.
FLOOD = 3                                # Times --records: forms that wait when the first of them comes.
KAFKA_RATE, KAFKA_SECONDS = 1_000, 20    # Serious adverse events a second, each with an alert at least.
COMPARED_SHARE = 0.2                     # Of --records: forms that are stored, and then compared.
SERIOUS_SHARE = 0.02                     # Of the drain's adverse events.
PAIRS = 3
# From the record's Kafka timestamp to the instant, by the database's clock, at which the answer had come.
LATENCIES = """SELECT array_to_string(percentile_disc(ARRAY[0.5, 0.9, 0.99, 1]) WITHIN GROUP (ORDER BY told), ','),
  count(*), max(tried_at) - min(tried_at)
FROM (SELECT min(tried_at) - min(produced_at) AS told, min(tried_at) AS tried_at
      FROM notification JOIN notification_attempt USING (notification_id) WHERE result = 1
      GROUP BY notification_id) notifications"""
# Alerts that wait; records stored; adverse events of which no alert has been taken up (purpose 3).
OPEN = """SELECT (SELECT count(*) FROM notification WHERE state = 1), (SELECT sum(next_offset) FROM partition_state),
  (SELECT sum(p.next_offset - coalesce(c.next_offset, 0)) FROM partition_state p JOIN stream s USING (stream_id)
   LEFT JOIN publication c ON c.stream_id = p.stream_id AND purpose = 3 WHERE topic = '{}')"""
WAITING = """SELECT rule, n.step, tries, count(*), max(receipt || ' ' || a.detail) FROM notification n
  LEFT JOIN notification_attempt a USING (notification_id) WHERE state = 1 GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 5"""
# Records that the review has not looked through (purpose 5), where it has begun.
BEHIND = """SELECT coalesce(sum(p.next_offset - c.next_offset), 1) FROM partition_state p
  LEFT JOIN publication c ON c.stream_id = p.stream_id AND purpose = 5 WHERE p.next_offset > 0"""
SECTIONS = {
    "mail": "  desk: {{type: smtp, url: 'smtp://localhost:{port}', from: aepro@example.org, user: aepro, "
            "password_file: mail-password, ca_file: '{folder}/ca.pem', timeout: 5s}}",
    "kafka": "  desk: {{type: kafka, topic: {prefix}.alerts}}",
}


class MailServer:
    """scripts/test-mail: exim with STARTTLS and AUTH."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.port = call([ROOT / "scripts/test-mail", "start", self.folder], "the mail server")
        return self

    def __exit__(self, *_):
        run_to_end([ROOT / "scripts/test-mail", "stop", self.folder])

    def control(self, action):
        call([ROOT / "scripts/test-mail", action, self.folder], "the mail server")


def settings_file(bench, channel, **values):
    """A settings file whose only channel tells the safety desk everything."""
    path = bench.files / f"{channel}.yaml"
    (bench.files / "mail-password").write_text("correct horse\n")
    path.write_text("channels:\n" + SECTIONS[channel].format(**values) + "\nrecipients:\n  - name: Safety desk\n"
                    "    roles: [safety-desk]\n    addresses: {desk: desk@example.org}\n")
    return path


def alerts(bench, ids):
    """Yields a row for each of the four."""
    with MailServer(bench.files / "mail-server") as server:
        config = settings_file(bench, "mail", port=server.port, folder=server.folder)
        yield told_in_flood(bench, ids, "mail", config, MAIL_RATE, MAIL_SECONDS)
        yield told_in_flood(bench, ids, "kafka", None, KAFKA_RATE, KAFKA_SECONDS)
        yield dead_server(bench, ids, server, config)
    yield compared_forms(bench, ids)


@contextlib.contextmanager
def told_node(bench, topics, database, config, group):
    node = bench.programs.node(bench.kafka, topics, bench.postgres.create(database), group, bench.files, "--config",
                               config)
    try:
        wait_until("claiming", lambda: table_exists(bench, database) and lowest_epoch(bench, database) > 0, node)
        yield node
    except BaseException:
        node.kill()
        raise


def told_in_flood(bench, ids, channel, config, rate, seconds):
    """Serious adverse events come while forms flood the node; each alert's way until the channel had taken it."""
    topics = bench.new_topics(f"told-{channel}-{ids}", ids)
    if channel == "kafka":  # `topics create` makes those of the settings.
        call(bench.programs.command("topics create", bench.kafka, topics=topics,
                                    settings=[f"topics.ledger_anchors={topics.prefix}.alerts"]), "aepro topics create")
    config = config or settings_file(bench, channel, prefix=topics.prefix)
    published = bench.programs.simulate(bench.kafka, topics, FLOOD * bench.options.records, 3, "--adverse-events",
                                        0)["records"]
    database = f"told_{channel}_{ids}"
    with told_node(bench, topics, database, config, topics.prefix) as node:
        say(f"{rate} serious adverse events a second in a flood of forms for {seconds} s, told by {channel} ({ids})")
        published += bench.programs.simulate(
            bench.kafka, topics, rate * seconds, 4, "--rate", rate, "--adverse-events", 1, "--serious", 1,
            settings=[f"kafka.linger.ms={bench.options.linger}"])["records"]
        forms_left = FLOOD * bench.options.records - forms_stored(bench, topics, database)
        try:
            wait_until("telling", lambda: all_told(bench, topics, database, published), node, 300)
        except Failure as failure:
            raise Failure(f"{failure}; {open_ones(bench, topics, database)} of {published}; waiting: "
                          f"{bench.postgres.query(WAITING, database)}") from failure
        node.send_signal(signal.SIGTERM)
        if wait_measured(node, 120)[0]:
            raise Failure(f"alerts: the node did not drain\n{node.log.read_text()[-3000:]}")
    values, count, span = bench.postgres.query(LATENCIES, database)[0]
    bench.postgres.drop(database)
    return {"ids": ids, "what": channel, "asked_per_second": rate, "alerts": int(count),
            "alerts_per_second": 1000 * int(count) / max(1, int(span)), "forms_left": forms_left,
            "latency_ms": dict(zip(("p50", "p90", "p99", "max"), map(int, values.split(","))))}


def compared_forms(bench, ids):
    """Stores forms, and starts a node that compares them all, by a rule that no change reaches."""
    topics = bench.new_topics(f"compared-{ids}", ids)
    sent = topics.records = bench.programs.simulate(bench.kafka, topics, int(COMPARED_SHARE * bench.options.records), 6,
                                                    "--adverse-events", 0)["records"]
    database = f"compared_{ids}"
    url = bench.postgres.create(database)
    drain(bench, "forms to be compared", topics, url, sent, postgres_ledger(bench, database), group=topics.prefix)
    claimed = lowest_epoch(bench, database) + 1
    node = bench.programs.node(bench.kafka, topics, url, f"{topics.prefix}-again", bench.files, "--config",
                               settings_file(bench, "kafka", prefix=topics.prefix),
                               settings=["review.score_changes=*>=+1000:routine", "review.interval=10ms"])
    wait_until("claiming", lambda: lowest_epoch(bench, database) >= claimed, node)
    say(f"{sent:,} stored forms are compared ({ids})")
    start = time.monotonic()
    wait_until("comparing", lambda: int(bench.postgres.query(BEHIND, database)[0][0]) == 0, node, 600)
    seconds = time.monotonic() - start
    node.send_signal(signal.SIGTERM)
    wait_measured(node, 120)
    forms = int(bench.postgres.query("SELECT count(*) FROM event WHERE kind = 2", database)[0][0])
    bench.postgres.drop(database)
    return {"ids": ids, "what": "compared", "forms": forms, "forms_per_second": forms / seconds}


def forms_stored(bench, topics, database):
    sql = ("SELECT coalesce(sum(record_count), 0) FROM ledger_segment JOIN stream USING (stream_id) "
           f"WHERE topic = '{topics.events[1]}'")
    return int(bench.postgres.query(sql, database)[0][0])


def open_ones(bench, topics, database):
    return list(map(int, bench.postgres.query(OPEN.format(topics.events[0]), database)[0]))


def all_told(bench, topics, database, published):
    return open_ones(bench, topics, database) == [0, published, 0]


def dead_server(bench, ids, server, config):
    """Drains with a mail server that takes everything and with one that is gone, taking turns."""
    topics = bench.new_topics(f"dead-{ids}", ids)
    sent = topics.records = bench.programs.simulate(bench.kafka, topics, bench.options.records, 5, "--serious",
                                                    SERIOUS_SHARE)["records"]
    ratios = []
    for pair in range(PAIRS):
        rates = {}
        for state in ("live", "dead") if pair % 2 == 0 else ("dead", "live"):
            server.control("shutdown" if state == "dead" else "restart")
            database = f"drain_{state}_{ids}"
            row = drain(bench, f"drain, mail server {state}", topics, bench.postgres.create(database), sent,
                        postgres_ledger(bench, database), group=f"{state}-{pair}-{ids}", more=("--config", config))
            rates[state] = row["records_per_second"]
            bench.postgres.drop(database)
            if state == "dead":
                server.control("restart")
        ratios.append(rates["dead"] / rates["live"])
    return {"ids": ids, "what": "drain", "dead_to_live": statistics.median(ratios), "lowest": min(ratios),
            "highest": max(ratios), "pairs": PAIRS}
