#!/usr/bin/env python3
"""The public pilot data through publish, a real broker and a store: the counts of its README, and verify says ok.

A node is killed in the middle; publishing the same files again makes only duplicates.
"""
import json, sys
import cluster
from watch import stored, wait_for

PILOT = cluster.SHARED_DATA / "sdtm_pilot"
ADVERSE_EVENTS, SUBJECTS = 1_191, 306
FINDINGS = {"CORE-000022": 36, "SD0021": 473, "SD0090": 0, "SD0091": 0}


def by_authority(system):
    """Counts of findings by every authority id of their rule, as `aepro status` shows them."""
    report = json.loads(system.run("status", "--from-store", "--json").stdout)
    counts = {}
    for finding in report["findings"]:
        for authority in finding["authority"]:
            counts[authority] = counts.get(authority, 0) + finding["count"]
    return counts


def totals(report):
    keys = ("read", "accepted", "rejected", "duplicate", "conflict")
    return {key: sum(partition[key] for partition in report["partitions"]) for key in keys}


def kill_in_the_middle(system):
    """One record a transaction: slow enough to be caught with a part of them stored."""
    victim = system.node("pilot", settings=("batch.records_max=1", "storage.group_records_max=1",
                                            "storage.connections=1", "credits.partition_batches_max=1"))
    wait_for("some events", lambda: stored(system.store_url) > SUBJECTS + 50, 60, victim)
    cluster.kill_hard(victim)
    caught = stored(system.store_url)
    assert SUBJECTS < caught < SUBJECTS + ADVERSE_EVENTS, f"killed at {caught} records: not in the middle"


def main(kind):
    if not PILOT.exists():
        print(f"SKIPPED: {PILOT} is missing")
        return
    with cluster.kafka() as brokers, cluster.store(kind) as store:
        system = cluster.Cluster(brokers, store)
        system.run("topics create", store=False)
        files = [PILOT / "dm_pilot_v1.csv", PILOT / "ae_pilot_v1.csv"]
        system.run("publish", *files, store=False)
        kill_in_the_middle(system)
        system.finish("pilot")
        report = system.verify()
        assert report["ok"], report["problems"][:5]
        found = totals(report)
        assert found == {"read": ADVERSE_EVENTS + SUBJECTS, "accepted": ADVERSE_EVENTS + SUBJECTS,
                         "rejected": 0, "duplicate": 0, "conflict": 0}, found
        counts = by_authority(system)
        for rule, expected in FINDINGS.items():
            assert counts.get(rule, 0) == expected, (rule, counts.get(rule, 0), expected)
        system.run("publish", *files, store=False)
        system.finish("pilot")
        found = totals(system.verify())
        assert found["duplicate"] == ADVERSE_EVENTS + SUBJECTS and found["conflict"] == 0, found
        print(f"pilot on {kind}: {found}")


if __name__ == "__main__":
    main(sys.argv[1])
