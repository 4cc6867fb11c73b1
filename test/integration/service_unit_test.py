#!/usr/bin/env python3
"""The unit file is one that systemd takes, and what it confines the node with stays as strict as it is.

usage: service_unit_test.py PROGRAM
"""
import pathlib, re, shutil, subprocess, sys, tempfile

UNIT = pathlib.Path(__file__).resolve().parents[2] / "systemd" / "aepro.service"
EXPOSURE_MAX = 20  # Tenths, of `systemd-analyze security`: 0 is nothing, 100 is all.
NOT_RUN = 77


def seconds(unit, name):
    return int(re.search(rf"^{name}=(\d+)s$", unit, re.M).group(1))


def main(program, folder):
    unit = UNIT.read_text()
    help_text = subprocess.run([program, "config", "explain", "drain_grace"], capture_output=True, text=True, check=True)
    grace = int(re.search(r"(\d+)s", help_text.stdout).group(1))
    assert seconds(unit, "TimeoutStopSec") > grace, f"a drain may take {grace} s"
    if shutil.which("systemd-analyze") is None:
        print("SKIPPED: no systemd-analyze here")
        return NOT_RUN
    copy = folder / "aepro.service"
    copy.write_text(unit.replace("/usr/local/bin/aepro", program))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "aepro" in line]
    assert done.returncode == 0 and not ours, (done.returncode, done.stdout, done.stderr)
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", copy],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="aepro-test-") as place:
        sys.exit(main(sys.argv[1], pathlib.Path(place)))
