"""Prints what was measured: tables for people."""
import environment, targets
from against_runs import ratios


def number(value, digits=1):
    return "-" if value is None else f"{value:,.{digits}f}"


def table(head, rows):
    """Markdown whose columns are aligned, so that it reads well in a terminal too."""
    cells = [head, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))) + " |" for row in cells]
    rule = "|" + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":" for i, width in enumerate(widths))
    return "\n".join([lines[0], rule + "|", *lines[1:]])


def per_record(row, *names):
    values = [row.get(name) for name in names]
    return None if None in values else sum(values)


def medians(rows):
    """Of the repetitions of each step the one in the middle by rate, the slower of two."""
    runs = {}
    for row in rows:
        runs.setdefault((row["step"], row["ids"]), []).append(row)
    return [sorted(some, key=lambda row: row["records_per_second"])[(len(some) - 1) // 2] for some in runs.values()]


def compared(rows, order):
    """The table of steps; ratios are to the control on four connections of the same ids."""
    rows = sorted(medians(rows), key=lambda row: (row["ids"] != "v7", order.index(row["step"])))
    controls = {row["ids"]: row["records_per_second"] for row in rows if row["step"] == "control-4"}
    lines = []
    for row in rows:
        control = controls.get(row["ids"])
        row["ratio_to_control"] = row["records_per_second"] / control if control else None
        peak = row.get("peak_rss_bytes")
        lines.append([f"{row['step']} {row['ids']}", number(row["records_per_second"], 0),
                      number(row["ratio_to_control"], 2), number(row["own_us"], 2), number(row["broker_us"], 2),
                      number(row["database_us"], 2), number(per_record(row, "own_us", "broker_us", "database_us"), 2),
                      number(peak / 2**20 if peak else None, 0), number(row.get("disk_bytes"), 0),
                      number(row.get("wal_bytes"), 0), number(row["other_cores_busy"], 2)])
    return table(["step", "records/s", "/ control", "own us", "broker us", "database us", "sum us", "RSS MiB",
                  "disk B", "WAL B", "noise"], lines)


def growth(rows):
    """Rate and CPU of each fill; the share is of the first fill with the same ids."""
    first = {row["ids"]: row["records_per_second"] for row in rows if row["round"] == 1}
    lines = [[f"{row['round']} {row['ids']}", number(row["records_per_second"], 0),
              number(100 * row["records_per_second"] / first[row["ids"]], 0), number(row["own_us"], 2),
              number(row["broker_us"], 2), number(row["database_us"], 2), number(row["peak_rss_bytes"] / 2**20, 0),
              number(row["disk_bytes"], 0), number(row["other_cores_busy"], 2)] for row in rows]
    return table(["fill", "records/s", "% of first", "own us", "broker us", "database us", "RSS MiB", "disk B",
                  "noise"], lines)


def against(rows):
    lines = [[f"{one['figure']} {one['ids']}",
              *(number(one[name], 2 if one["figure"].endswith("_us") else 0) for name in ("this", "other")),
              *(number(one[name], 3) for name in ("ratio", "lowest", "highest")), str(one["pairs"])]
             for one in ratios(rows)]
    return table(["drain", "this build", "other build", "this / other", "lowest", "highest", "pairs"], lines)


def latency(rows):
    lines = [[f"{row['asked_per_second']:,}/s {row['ids']}", number(row["records_per_second"], 0),
              *(number(row["latency_ms"][name], 0) for name in ("p50", "p90", "p99", "p99.9", "max")),
              number(row["own_us"], 2), number(row["broker_us"], 2), number(row["database_us"], 2),
              number(row["peak_rss_bytes"] / 2**20, 0), number(row["other_cores_busy"], 2)] for row in rows]
    return table(["produced at", "reached/s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "own us",
                  "broker us", "database us", "RSS MiB", "producer, noise"], lines)


def recovery(rows):
    lines = [[f"{row['member']} member {row['ids']}", number(row["rate_before_per_second"], 0),
              number(row["first_commit_seconds"]), number(row["full_rate_seconds"])] for row in rows]
    return table(["killed", "before, records/s", "first commit after s", "full rate after s"], lines)


def standing_store(rows):
    def mebibytes(size):
        return number(size / 2**20, 0)
    lines = [[f"{row['records']:,} records {row['ids']}", number(row["standstill_seconds"], 0),
              *(mebibytes(row["rss_bytes"][name]) for name in ("begin", "end", "most")),
              mebibytes(row["peak_rss_bytes"]), number(row["commits_again_seconds"]), number(row["rest_seconds"])]
             for row in rows]
    return table(["the store stands still", "for s", "RSS MiB at its begin", "at its end", "most in it", "peak of all",
                  "then first commit after s", "all stored after s"], lines)


def broker_restart(rows):
    lines = [[f"broker {row['ids']}", number(row["rate_before_per_second"], 0), number(row["outage_seconds"]),
              number(row["first_commit_seconds"]), number(row["full_rate_seconds"])] for row in rows]
    return table(["killed, started again", "before, records/s", "answers after s", "then first commit after s",
                  "full rate after s"], lines)


def lanes(rows):
    lines = []
    for row in rows:
        for name, forms in (("alone", "forms_alone_per_second"), ("flood", "forms_in_flood_per_second")):
            share = number(row["forms_share"], 0) if name == "flood" else None
            lines.append([f"{name} {row['ids']}",
                          *(number(row[f"{name}_ms"][part], 0) for part in ("p50", "p99", "p99.9", "max")),
                          number(row[forms], 0), share or "-"])
    return table(["adverse events", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "forms/s", "% of forms alone"], lines)


def restarts(rows):
    lines = [[f"{row['phase']} {row['ids']}", number(row["records_per_second"], 0),
              *(number(row["latency_ms"][name], 0) for name in ("p50", "p99", "p99.9", "max")),
              number(row["longest_pause_seconds"], 2),
              ", ".join(number(one["back_seconds"]) for one in row.get("restarts", [])) or "-",
              f"{row['sent']:,}" if "sent" in row else "-"] for row in rows]
    return table(["rolling restart", "records/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "longest pause s",
                  "nodes back after s", "sent = stored"], lines)


def alerts(rows):
    lines = []
    for row in rows:
        if row["what"] == "drain":
            lines.append([f"drain, mail server dead / live {row['ids']}", number(row["dead_to_live"], 3),
                          f"{row['lowest']:.3f} to {row['highest']:.3f}, {row['pairs']} pairs", *["-"] * 5])
            continue
        if row["what"] == "compared":
            lines.append([f"forms compared {row['ids']}", *["-"] * 5, number(row["forms_per_second"], 0),
                          number(row["forms"], 0)])
            continue
        lines.append([f"{row['asked_per_second']:,}/s by {row['what']} {row['ids']}", "-", "-",
                      *(number(row["latency_ms"][name], 0) for name in ("p50", "p99", "max")),
                      number(row["alerts_per_second"], 0), number(row["alerts"], 0)])
    return table(["telling", "ratio", "of", "p50 ms", "p99 ms", "max ms", "per second", "alerts or forms"], lines)


def notes(rows):
    """What the table leaves out, in sentences."""
    lines = []
    for row in medians(rows):
        if row["step"] == "control-4":
            loaded = row["loaded"]
            columns = " and ".join(map(str, loaded["text_columns"]))
            encoding_us = 1e6 * loaded["decode_seconds"] / row["records"]
            lines.append(f"control {row['ids']}: {columns} variables as text; decoding, digesting and encoding took "
                         f"{encoding_us:.2f} us of CPU a record beforehand, which is not in its figures")
        if row.get("retries") or row.get("uncounted_records"):
            lines.append(f"{row['step']} {row['ids']}: {row['retries']} batches were tried again; the node's counters miss "
                         f"{row['uncounted_records']} records that the store has")
        if row["step"].startswith("drain"):
            lines.append(f"{row['step']} {row['ids']}: group joined {row['join_seconds']:.1f} s after the start, first "
                         f"record {row['claim_seconds']:.1f} s later; neither is in its rate")
    return "\n".join("- " + line for line in lines)


def everything(result, order):
    parts = [environment.line(result)]
    if result["steps"]:
        parts += [compared(result["steps"], order), notes(result["steps"])]
    sections = (against, growth, latency, recovery, lanes, restarts, alerts, standing_store, broker_restart)
    parts += [write(found) for write in sections if (found := result[write.__name__])]
    reached = targets.table_lines(result, medians(result["steps"]))
    if reached:
        parts.append(table(["to reach", "measured", "reached"], reached))
    parts += [f"failed: {failure}" for failure in result["failures"]]
    return "\n\n".join(part for part in parts if part)
