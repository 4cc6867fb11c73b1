#!/usr/bin/env python3
"""Faults drawn by a seed on three nodes, a broker and a database under load; in the end every record is there once.

One or two faults at a time: nodes killed, stopped, paused past their session, their clock set there and back; links to
either server cut or silent; the broker and the database stopped; a fail-over to a standby that lacks the last commits.
After each, every partition must store something within a minute and a half, and no node may end by itself.

examples:
  scripts/chaos --minutes 10            ten minutes of faults, from a seed that is printed
  scripts/chaos --minutes 1 --seed 7    the same choices again; what they meet depends on the machine
"""
import argparse, collections, contextlib, os, pathlib, random, shutil, sys, time
import cluster
from fault_kinds import kinds
from watch import Progress, stored, wait_for
from world import FAKE_CLOCK, World

RATE = 600  # Records a second.
RECOVERY_MAX = 90  # Seconds from the end of a fault to the next record of every partition; a session is ten of them.
SETTLE_MAX = 300  # Seconds from the last fault to the last record.


class Driver:
    def __init__(self, world, draw):
        self.world, self.draw = world, draw
        self.counts = collections.Counter()
        self.recoveries = []

    def step(self):
        """One or two faults at once, a while, the end of them, and a record that gets through."""
        chosen = self.choose()
        print("; ".join(f"{name} {place}" for name, place, _, _ in chosen), flush=True)
        with contextlib.ExitStack() as faults:
            for name, _, _, make in chosen:
                faults.enter_context(make())
                self.counts[name] += 1
            time.sleep(self.draw.uniform(0, max(longest for _, _, longest, _ in chosen)))  # The fault lasts.
        self.recover()

    def choose(self):
        possible = kinds(self.world, self.draw)
        first = self.draw.choice(possible)
        others = [one for one in possible if one[1] != first[1]]
        return [first] + ([self.draw.choice(others)] if self.draw.random() < 0.3 else [])

    def recover(self):
        begin, progress = time.monotonic(), Progress(self.world.database.url)
        self.world.wait_for("a record of every partition after a fault", progress.everywhere, RECOVERY_MAX)
        self.recoveries.append(time.monotonic() - begin)


def finish(world, expectation):
    """All that was sent is there once, and two verifiers say so."""
    with open(expectation) as lines:
        sent = sum(1 for _ in lines) - 1
    world.wait_for(f"all of {sent} records", lambda: stored(world.database.url) >= sent, SETTLE_MAX)
    world.stop_nodes()
    report = world.direct.verify("--expect", expectation)
    read = sum(partition["read"] for partition in report["partitions"])
    if not report["ok"] or read != sent:
        raise AssertionError(f"{sent} sent, {read} read: {report['problems'][:10]}")
    world.direct.second_opinion()
    return read


def run(files, minutes, seed):
    draw = random.Random(seed)
    with contextlib.ExitStack() as stack:
        world = World(files, stack)
        world.direct.run("topics create", store=False)
        expectation = files / "expect"
        load = world.direct.load("--events", int(minutes * 60 * RATE), "--rate", RATE, "--seed", draw.randrange(1 << 30),
                                 "--expect", expectation, "--set", "kafka.message.timeout.ms=900000")
        for node in world.nodes:
            node.start()
        world.wait_for("the first records", lambda: stored(world.database.url) > 1_000, 180)
        driver = Driver(world, draw)
        end = time.monotonic() + minutes * 60 - 5
        while time.monotonic() < end and load.poll() is None:
            driver.step()
        cluster.loaded(load, SETTLE_MAX)
        read = finish(world, expectation)
    report(driver, read, seed)


def report(driver, read, seed):
    slowest = sorted(driver.recoveries)
    print(f"seed {seed}: {sum(driver.counts.values())} faults, {read} records, each exactly once; next record after "
          f"{slowest[len(slowest) // 2]:.1f} s in the middle, {slowest[-1]:.1f} s at most")
    for name, count in sorted(driver.counts.items()):
        print(f"  {name:<20} {count}")
    if not FAKE_CLOCK:
        print("SKIPPED: clock-jumped, for want of libfaketime")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5, help="how long faults go on (5)")
    parser.add_argument("--seed", type=int, help="what they are drawn by (drawn and printed)")
    options = parser.parse_args()
    if not 0.2 <= options.minutes <= 1_440:
        parser.error("--minutes: from 0.2 to 1440")
    seed = cluster.seed() if options.seed is None else options.seed
    with cluster.folder() as files:
        try:
            run(files, options.minutes, seed)
        except BaseException:
            keep_logs(files)
            raise


def keep_logs(files):
    kept = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"aepro-chaos-{os.getpid()}"
    kept.mkdir()
    for log in files.glob("*.log"):
        shutil.copy(log, kept)
    print(f"logs of the nodes: {kept}", file=sys.stderr)


if __name__ == "__main__":
    main()
