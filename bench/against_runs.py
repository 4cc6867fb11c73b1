"""The same drain with the programs of two builds, taking turns, so that their ratio comes from one run."""
import statistics

from services import say
from steps import drain, postgres_ledger, warm_up

FIGURES = ("records_per_second", "own_us", "broker_us", "database_us", "peak_rss_bytes", "disk_bytes")


def against(bench, ids):
    """Yields a row for each drain: this build, the other, this build, and so on; --repeat pairs."""
    if not bench.is_warm:
        warm_up(bench, ids)
    topics = bench.topics(ids)
    for pair in range(1, bench.options.repeat + 1):
        for build, programs in (("this", bench.programs), ("other", bench.other)):
            say(f"pair {pair} of {bench.options.repeat}: {build} build")
            database = f"against_{build}_{ids}"
            url = bench.postgres.create(database)  # The builds may disagree on the schema.
            row = drain(bench, "against", topics, url, bench.options.records, postgres_ledger(bench, database),
                        group=f"against-{build}-{pair}-{ids}", programs=programs)
            row["disk_bytes"] = bench.postgres.table_bytes(database) / bench.options.records
            bench.postgres.drop(database)
            yield {**row, "build": build, "pair": pair}


def ratios(rows):
    """Returns for each kind of ids and figure: this build's median, the other's, and the pairs' ratios this / other.

    A pair that lacks one of its two is left out.
    """
    found = []
    for ids in dict.fromkeys(row["ids"] for row in rows):
        pairs = {}
        for row in rows:
            if row["ids"] == ids:
                pairs.setdefault(row["pair"], {})[row["build"]] = row
        whole = [pair for pair in pairs.values() if len(pair) == 2]
        for figure in FIGURES if whole else ():
            quotients = [pair["this"][figure] / pair["other"][figure] for pair in whole]
            medians = {build: statistics.median(pair[build][figure] for pair in whole) for build in ("this", "other")}
            found.append({"ids": ids, "figure": figure, "pairs": len(whole), **medians,
                          "ratio": statistics.median(quotients), "lowest": min(quotients), "highest": max(quotients)})
    return found
