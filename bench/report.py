"""Prints what was measured: tables for people."""


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


def compared(rows, order):
    """The table of steps; ratios are to the control on four connections of the same ids."""
    controls = {row["ids"]: row["records_per_second"] for row in rows if row["step"] == "control-4"}
    rows = sorted(rows, key=lambda row: (row["ids"] != "v7", order.index(row["step"])))
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


def everything(result, order):
    import environment
    parts = [environment.line(result)]
    if result["steps"]:
        parts.append(compared(result["steps"], order))
    return "\n\n".join(parts)
