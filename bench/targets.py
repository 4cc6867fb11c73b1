"""What the figures are held against."""


def find(rows, step, ids):
    return next((row for row in rows if (row["step"], row["ids"]) == (step, ids)), None)


def sum_us(row):
    return row["own_us"] + row["broker_us"] + row["database_us"]


def targets(result, steps):
    """Yields (what, measured, whether it is reached) for what was measured."""
    for ids in ("v7", "v4"):
        drain, control = find(steps, "drain-postgres", ids), find(steps, "control-4", ids)
        if drain:
            yield f"own CPU of a drain <= 3 us ({ids})", drain["own_us"], drain["own_us"] <= 3
            peak = drain["peak_rss_bytes"] / 1e6
            yield f"peak RSS <= 150 MB ({ids})", peak, peak <= 150
        if drain and control:
            ratio = drain["records_per_second"] / control["records_per_second"]
            yield f"drain / control on 4 connections >= 1.3, aim 1.6 ({ids})", ratio, ratio >= 1.3
            more = sum_us(drain) - sum_us(control)
            yield f"CPU of all beyond the control's <= 2 us ({ids})", more, more <= 2
            share = drain["disk_bytes"] / control["disk_bytes"]
            yield f"disk / wide rows' <= 0.5 ({ids})", share, share <= 0.5
    for row in result["latency"]:
        if row["asked_per_second"] == 20_000:
            for name, limit in (("p99", 25), ("p99.9", 90)):
                value = row["latency_ms"][name]
                yield f"{name} at 20,000/s <= {limit} ms ({row['ids']})", value, value <= limit
    for row in result["recovery"]:
        value = row["full_rate_seconds"]
        yield f"full rate after kill -9 <= 15 s ({row['member']} member, {row['ids']})", value, \
            value is not None and value <= 15
    for row in result["lanes"]:
        more = row["flood_ms"]["p99"] - row["alone_ms"]["p99"]
        yield f"p99 of adverse events in a flood of forms - alone <= 25 ms ({row['ids']})", more, more <= 25
        share, kept = row["forms_share"], row["forms_share_kept"]
        yield f"forms in it, % of their rate alone >= {kept} ({row['ids']})", share, share >= kept
        yield f"forms left when the last adverse event was stored > 0 ({row['ids']})", row["forms_left"], \
            row["forms_left"] > 0
    yield from alert_targets(result["alerts"])
    yield from growth_targets(result["growth"])


def alert_targets(rows):
    for row in rows:
        if row["what"] == "mail":
            value = row["latency_ms"]["p99"] / 1000
            yield f"produce to the mail server's 250 in a flood of forms, p99 <= 1 s ({row['ids']})", value, value <= 1
            yield f"forms left when the last alert was born > 0 ({row['ids']})", row["forms_left"], row["forms_left"] > 0
        if row["what"] == "kafka":
            value = row["alerts_per_second"]
            yield f"alerts a second into Kafka beside forms >= 1,000 ({row['ids']})", value, value >= 1000
        if row["what"] == "drain":
            value = row["dead_to_live"]
            yield f"drain with a dead mail server / with a live one >= 0.95 ({row['ids']})", value, value >= 0.95


def growth_targets(rows):
    rows = [row for row in rows if row["ids"] == "v7"]
    if len(rows) > 1:
        share = rows[-1]["records_per_second"] / rows[0]["records_per_second"]
        yield f"fill {rows[-1]['round']} / first >= 0.9 (v7)", share, share >= 0.9


def table_lines(result, steps):
    return [[what, "-" if value is None else f"{value:.2f}", "yes" if reached else "no"]
            for what, value, reached in targets(result, steps)]
