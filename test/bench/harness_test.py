#!/usr/bin/env python3
"""What bench/run computes from its figures. The servers, and so the figures, have no test: they take minutes."""
import os, pathlib, subprocess, sys, time, unittest
from unittest import mock

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import against_runs, lane_runs, long_runs, meter, report, restart_runs, services  # noqa: E402
import standing_runs, steps, targets  # noqa: E402

BURN = "import time; end = time.process_time() + {}\nwhile time.process_time() < end: pass"
#: Starts a child that burns, waits for it, says so, and stays.
PARENT = """import subprocess, sys
for _ in range({}):
    subprocess.run([sys.executable, "-c", {!r}])
    print("waited", flush=True)
sys.stdin.read()"""


def burn(seconds):
    return subprocess.Popen([sys.executable, "-c", BURN.format(seconds)])


def wait_for(condition):
    """Signals take a moment to arrive."""
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("not within 10 s")
        time.sleep(0.01)


class FakeProc:
    """A parent (5 ticks) and a child (30 ticks) that moves its time to the parent, dead, at one reading and is
    gone at another."""

    def __init__(self, waited_at, gone_at):
        self.readings, self.waited_at, self.gone_at = 0, waited_at, gone_at
        self.patches = [mock.patch.object(meter, "stat_fields", self.stat_fields),
                        mock.patch.object(meter.os, "listdir", self.listdir)]

    def __enter__(self):
        for patch in self.patches:
            patch.start()

    def __exit__(self, *_):
        for patch in self.patches:
            patch.stop()

    def listdir(self, _):
        return ["1", "2"] if self.readings < self.gone_at else ["1"]

    def stat_fields(self, pid):
        now, self.readings = self.readings, self.readings + 1
        if str(pid) == "1":
            return fields("S", 0, own=5, waited=30 if now >= self.waited_at else 0)
        return fields("X" if now >= self.waited_at else "R", 1, own=30) if now < self.gone_at else None


def fields(state, parent, own, waited=0):
    return [state, str(parent), *["0"] * 9, str(own), "0", str(waited), "0"]


class Meters(unittest.TestCase):
    def test_the_cpu_of_ended_and_of_running_children_counts(self):
        with subprocess.Popen([sys.executable, "-c", PARENT.format(2, BURN.format(0.3))], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as parent:
            before = meter.family_cpu(parent.pid)
            parent.stdout.readline()
            parent.stdout.readline()
            after = meter.family_cpu(parent.pid)
            parent.stdin.close()
        self.assertGreater(after - before, 0.5)

    def test_a_child_that_ends_while_it_is_read_counts_once(self):
        for waited_at in range(12):
            for gone_at in range(waited_at, 12):
                with self.subTest(waited_at=waited_at, gone_at=gone_at), FakeProc(waited_at, gone_at):
                    self.assertEqual(meter.family_cpu("1"), 35 / meter.TICKS)

    def test_a_process_that_has_ended_is_measured(self):
        code, cpu, peak = meter.wait_measured(burn(0.3), 60)
        self.assertEqual(code, 0)
        self.assertGreater(cpu, 0.29)
        self.assertGreater(peak, 1 << 20)

    def test_a_process_past_its_limit_is_killed(self):
        process = subprocess.Popen(["sleep", "60"])
        with self.assertRaises(TimeoutError):
            meter.wait_measured(process, 0.1)
        self.assertLess(process.returncode, 0)

    def test_a_name_with_spaces_and_brackets_does_not_shift_fields(self):
        link = pathlib.Path(os.environ.get("TMPDIR", "/tmp"), f"a ) b ({os.getpid()}")
        link.symlink_to("/bin/sleep")
        try:
            process = subprocess.Popen([link, "60"])
            time_limit = time.monotonic() + 10
            while "a )" not in pathlib.Path(f"/proc/{process.pid}/comm").read_text() and time.monotonic() < time_limit:
                time.sleep(0.01)
            self.assertEqual(meter.stat_fields(process.pid)[1], str(os.getpid()))
        finally:
            process.kill()
            process.wait()
            link.unlink()


class Recovery(unittest.TestCase):
    def test_full_rate_is_where_the_records_of_before_come_again(self):
        before = [(1000 + 100 * i, 1000) for i in range(20)]  # 10 records a millisecond.
        slow = [(9000 + 100 * i, 100) for i in range(10)]
        fast = [(10_000 + 100 * i, 1000) for i in range(20)]
        found = long_runs.times_after(before + slow + fast, killed_ms=3000, from_ms=3000)
        self.assertAlmostEqual(found["first_commit_seconds"], 6.0)
        # From 9.9 s on, four of five tenths of a second are fast.
        self.assertAlmostEqual(found["full_rate_seconds"], 6.9)

    def test_a_recovery_may_be_counted_from_later_than_the_kill(self):
        before = [(1000 + 100 * i, 1000) for i in range(20)]
        last_gasp = [(3100, 50_000)]  # What was read before the kill and is stored after it.
        fast = [(10_000 + 100 * i, 1000) for i in range(20)]
        found = long_runs.times_after(before + last_gasp + fast, killed_ms=3000, from_ms=8000)
        self.assertAlmostEqual(found["rate_before_per_second"], 10_000)
        self.assertAlmostEqual(found["first_commit_seconds"], 2.0)
        self.assertAlmostEqual(found["full_rate_seconds"], 2.0)

    def test_a_node_that_stays_slow_has_no_full_rate(self):
        before = [(1000 + 100 * i, 1000) for i in range(20)]
        slow = [(9000 + 100 * i, 100) for i in range(200)]
        self.assertIsNone(long_runs.times_after(before + slow, killed_ms=3000, from_ms=3000)["full_rate_seconds"])

    def test_too_few_segments_are_said(self):
        with self.assertRaises(services.Failure):
            long_runs.times_after([(1000, 10), (9000, 10)], killed_ms=3000, from_ms=3000)


def row(step, rate, ids="v7", **more):
    return {"step": step, "ids": ids, "records": 1000, "records_per_second": rate, "own_us": 1.0, "broker_us": 2.0,
            "database_us": 3.0, "other_cores_busy": 0.0, **more}


def cells(text, name):
    line = next(line for line in text.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


class Report(unittest.TestCase):
    def test_ratios_are_to_the_control_of_the_same_ids(self):
        text = report.compared([row("drain-postgres", 300), row("control-4", 200), row("control-4", 100, "v4"),
                                row("drain-postgres", 50, "v4")], steps.ALL)
        self.assertEqual(cells(text, "drain-postgres v7")[2], "1.50")
        self.assertEqual(cells(text, "drain-postgres v4")[2], "0.50")

    def test_without_a_control_there_is_no_ratio(self):
        self.assertEqual(cells(report.compared([row("drain-postgres", 300)], steps.ALL), "drain")[2], "-")

    def test_the_sum_is_of_all_three(self):
        self.assertEqual(cells(report.compared([row("consume", 300)], steps.ALL), "consume")[6], "6.00")

    def test_repetitions_show_their_median(self):
        rows = [row("consume", rate) for rate in (500, 100, 300)]
        self.assertEqual(cells(report.compared(rows, steps.ALL), "consume")[1], "300")
        self.assertEqual(report.medians(rows[:2])[0]["records_per_second"], 100)

    def test_what_was_not_measured_is_not_held_against_anything(self):
        nothing = {"latency": [], "recovery": [], "growth": [], "lanes": [], "alerts": []}
        self.assertEqual(targets.table_lines(nothing, [row("consume", 1)]), [])

    def test_targets_are_missed_and_reached(self):
        drain = row("drain-postgres", 120, peak_rss_bytes=100e6, disk_bytes=300)
        control = row("control-4", 100, disk_bytes=700)
        recovery = [{"ids": "v7", "member": "static", "full_rate_seconds": None}]
        lines = targets.table_lines({"latency": [], "recovery": recovery, "growth": [], "lanes": [], "alerts": []}, [drain, control])
        self.assertEqual([line[2] for line in lines], ["yes", "yes", "no", "yes", "yes", "no"])


class Alerts(unittest.TestCase):
    MAIL = {"ids": "v7", "what": "mail", "asked_per_second": 20, "alerts": 300, "alerts_per_second": 20, "forms_left": 1,
            "latency_ms": {"p50": 100, "p90": 200, "p99": 1000, "max": 2000}}
    DRAIN = {"ids": "v7", "what": "drain", "dead_to_live": 0.95, "lowest": 0.9, "highest": 1, "pairs": 3}

    def reached(self, *rows):
        lines = targets.table_lines({"latency": [], "recovery": [], "growth": [], "lanes": [], "alerts": rows}, [])
        return [line[2] for line in lines]

    def test_a_mail_may_take_a_second_while_forms_are_left(self):
        self.assertEqual(self.reached(self.MAIL), ["yes", "yes"])
        late = {**self.MAIL, "latency_ms": {**self.MAIL["latency_ms"], "p99": 1001}, "forms_left": 0}
        self.assertEqual(self.reached(late), ["no", "no"])

    def test_kafka_takes_a_thousand_a_second(self):
        kafka = {**self.MAIL, "what": "kafka", "alerts_per_second": 1000}
        self.assertEqual(self.reached(kafka, {**kafka, "alerts_per_second": 999}), ["yes", "no"])

    def test_a_dead_mail_server_may_cost_a_twentieth(self):
        self.assertEqual(self.reached(self.DRAIN, {**self.DRAIN, "dead_to_live": 0.949}), ["yes", "no"])

    def test_the_table_has_all_three(self):
        text = report.alerts([self.MAIL, {**self.MAIL, "what": "kafka"}, self.DRAIN])
        for part in ("20/s by mail v7", "20/s by kafka v7", "drain, mail server dead / live v7", "0.950"):
            self.assertIn(part, text)


class Lanes(unittest.TestCase):
    def made(self, **more):
        part = dict.fromkeys(("p50", "p99", "p99.9", "max"), 10)
        return {"ids": "v7", "alone_ms": part, "flood_ms": {**part, "p99": 35}, "forms_alone_per_second": 1000,
                "forms_in_flood_per_second": 250, "forms_share": 25, "forms_share_kept": 25, "forms_left": 1, **more}

    def reached(self, row):
        lines = targets.table_lines({"latency": [], "recovery": [], "growth": [], "lanes": [row], "alerts": []}, [])
        return [line[2] for line in lines]

    def test_the_flood_may_cost_25_ms_and_forms_keep_their_share(self):
        self.assertEqual(self.reached(self.made()), ["yes", "yes", "yes"])
        late = self.made(flood_ms={"p99": 36})
        self.assertEqual(self.reached(late), ["no", "yes", "yes"])
        self.assertEqual(self.reached(self.made(forms_share=24.9)), ["yes", "no", "yes"])

    def test_a_flood_that_ended_before_the_reports_shows_nothing(self):
        self.assertEqual(self.reached(self.made(forms_left=0))[2], "no")

    def test_the_table_has_both(self):
        text = report.lanes([self.made()])
        self.assertEqual(cells(text, "alone v7")[2:], ["10", "10", "10", "1,000", "-"])
        self.assertEqual(cells(text, "flood v7")[2:], ["35", "10", "10", "250", "25"])

    def test_the_kept_share_is_the_nodes_setting(self):
        name = "lanes.questionnaire_responses.share"
        self.assertEqual(lane_runs.kept_share([]), 25)
        self.assertEqual(lane_runs.kept_share([f"{name}=30", "group=a", f"{name}=40"]), 40)


class Restarts(unittest.TestCase):
    #: Two partitions: the first stands still from 2 to 5 s, the second writes once a second.
    SEGMENTS = [*(("a/0", at, 10) for at in (1000, 2000, 5000, 6000)),
                *(("a/1", at, 20) for at in range(1000, 7000, 1000))]

    def test_the_longest_pause_is_of_one_partition(self):
        self.assertEqual(restart_runs.longest_pause(self.SEGMENTS, 1000, 7000), (3000, "a/0"))

    def test_a_pause_counts_whole_where_it_reaches_into_the_time(self):
        for first, last in ((0, 2100), (3000, 4000), (4900, 9000)):
            self.assertEqual(restart_runs.longest_pause(self.SEGMENTS, first, last)[0], 3000)
        for first, last in ((0, 2000), (5001, 9000)):
            self.assertEqual(restart_runs.longest_pause(self.SEGMENTS, first, last)[0], 1000)

    def test_no_writes_are_no_short_pause(self):
        with self.assertRaises(services.Failure):
            restart_runs.longest_pause(self.SEGMENTS, 8000, 9000)

    def test_the_rate_is_of_what_was_stored_in_the_time(self):
        self.assertAlmostEqual(restart_runs.stored_rate(self.SEGMENTS, 1000, 3000), 30)  # 1,000 and 2,000 ms, both.

    def test_the_table_has_both_phases(self):
        row = {"ids": "v7", "phase": "before", "records_per_second": 9999.6, "longest_pause_seconds": 0.1234,
               "latency_ms": {"p50": 1, "p99": 2, "p99.9": 3, "max": 4}}
        more = {"phase": "restarts", "restarts": [{"back_seconds": 0.5}, {"back_seconds": 1.5}], "sent": 1000}
        text = report.restarts([row, {**row, **more}])
        self.assertEqual(cells(text, "before v7")[1:], ["10,000", "1", "2", "3", "4", "0.12", "-", "-"])
        self.assertEqual(cells(text, "restarts v7")[6:], ["0.12", "0.5, 1.5", "1,000"])


class StandingStore(unittest.TestCase):
    SAMPLES = [(10.1, 50), (10.6, 70), (11.2, 60), (12.0, 90), (13.0, 65), (14.0, 120)]

    def test_memory_is_of_the_standstill(self):
        self.assertEqual(standing_runs.memory(self.SAMPLES, 10.5, 13.5), {"begin": 70, "end": 65, "most": 90})

    def test_a_standstill_without_a_sample_is_said(self):
        with self.assertRaises(services.Failure):
            standing_runs.memory(self.SAMPLES, 15, 16)

    def test_each_second_keeps_its_largest_sample(self):
        self.assertEqual(standing_runs.over_time(self.SAMPLES, 10), [(0, 70), (1, 60), (2, 90), (3, 65), (4, 120)])

    def test_samples_are_taken_until_the_block_ends(self):
        with standing_runs.Samples(os.getpid()) as samples:
            time.sleep(3 * standing_runs.SAMPLE_SECONDS)
        self.assertGreater(samples.taken[0][1], 1 << 20)
        self.assertFalse(samples.thread.is_alive())

    def test_a_server_that_stands_still_goes_on(self):
        with subprocess.Popen([sys.executable, "-c", PARENT.format(1, "import time; time.sleep(60)")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
            wait_for(lambda: meter.children(parent.pid))
            child, = meter.children(parent.pid)
            server = services.Postgres(None)
            server.pid = parent.pid

            def stopped():
                return [meter.stat_fields(pid)[0] for pid in (parent.pid, child)].count("T")
            with server.standing_still():
                wait_for(lambda: stopped() == 2)
            wait_for(lambda: stopped() == 0)
            parent.kill()
            os.kill(child, 9)


class Against(unittest.TestCase):
    def rows(self, rates):
        """Pairs of rates: this build's and the other's."""
        return [{**row("against", rate), "build": build, "pair": number, "peak_rss_bytes": 1, "disk_bytes": 1}
                for number, pair in enumerate(rates) for build, rate in zip(("this", "other"), pair)]

    def test_the_ratio_is_the_median_of_the_pairs_own(self):
        found = against_runs.ratios(self.rows([(100, 200), (90, 100), (330, 300)]))[0]
        self.assertEqual((found["figure"], found["pairs"]), ("records_per_second", 3))
        self.assertEqual((found["this"], found["other"]), (100, 200))
        self.assertEqual((found["lowest"], found["ratio"], found["highest"]), (0.5, 0.9, 1.1))

    def test_a_pair_that_lacks_one_is_left_out(self):
        self.assertEqual(against_runs.ratios(self.rows([(100, 200), (90,)]))[0]["pairs"], 1)
        self.assertEqual(against_runs.ratios(self.rows([(90,)])), [])

    def test_ids_are_compared_with_their_own(self):
        rows = self.rows([(100, 200)]) + [{**one, "ids": "v4"} for one in self.rows([(50, 50)])]
        self.assertEqual(cells(report.against(rows), "records_per_second v7")[1:4], ["100", "200", "0.500"])
        self.assertEqual(cells(report.against(rows), "records_per_second v4")[3], "1.000")


class CommandLine(unittest.TestCase):
    def run_bench(self, *arguments):
        return subprocess.run([BENCH / "run", *arguments], capture_output=True, text=True)

    def test_an_unknown_step_is_refused_before_anything_starts(self):
        done = self.run_bench("--only", "drain,fly")
        self.assertEqual(done.returncode, 64)
        self.assertIn("fly", done.stderr)

    def test_missing_programs_are_named_with_the_remedy(self):
        done = self.run_bench("--build", "/nowhere")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nowhere/bench/aepro_bench", done.stderr)
        self.assertIn("-DAEPRO_BENCH=ON", done.stderr)

    def test_a_comparison_needs_another_build(self):
        self.assertIn("--against", self.run_bench("--only", "against").stderr)

    def test_help_names_every_step(self):
        text = self.run_bench("--help").stdout
        for step in (*steps.ALL, "against", "growth", "latency", "recovery", "lanes", "restarts", "standing-store",
                     "broker-restart", "alerts"):
            self.assertIn(step, text)


if __name__ == "__main__":
    unittest.main()
