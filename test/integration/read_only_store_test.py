#!/usr/bin/env python3
"""An auditor's copy of a SQLite store, in a folder that cannot be written, is proved and shown all the same.

usage: read_only_store_test.py PROGRAM
"""
import contextlib, json, pathlib, shutil, sqlite3, subprocess, sys, tempfile

NOT_RUN = 77


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)


def run_read_only(folder, program, *arguments):
    """Runs the program where `folder` is mounted read-only: root may write whatever the mode says."""
    command = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    return subprocess.run(["unshare", "-m", "sh", "-c", command, str(folder), program, *arguments],
                          capture_output=True, text=True, timeout=120)


def make_store(program, folder):
    done = run(program, "demo", "--quiet", "--events", "500", "--rate", "1000000", "--keep", str(folder))
    assert done.returncode == 0, done.stderr
    return folder / "aepro.db"


def take_files_beside_away(store):
    """The last writer does that when it closes; a reader, or a process that just ends, leaves them."""
    with contextlib.closing(sqlite3.connect(store)) as last:
        last.execute("SELECT * FROM schema_version").fetchall()
    assert [path.name for path in store.parent.iterdir()] == [store.name], list(store.parent.iterdir())


def copy_with_log(store, folder):
    """Copies the store while its newest transaction is only in the file -wal."""
    folder.mkdir()
    connection = sqlite3.connect(store)
    connection.executescript("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 1")
    for name in (store.name, store.name + "-wal"):
        shutil.copy(store.parent / name, folder / name)
    connection.executescript("PRAGMA user_version = 0")
    connection.close()
    return folder / store.name


def main(program, folder):
    if run_read_only(folder, "true").returncode != 0:
        print("SKIPPED: this user may not mount a folder read-only")
        return NOT_RUN
    store = make_store(program, folder / "it's 100% #1")
    url = f"sqlite:{store}"
    usual = run(program, "status", "--json", "--store", url)
    take_files_beside_away(store)
    for command in ("verify", "status"):
        done = run_read_only(store.parent, program, command, "--json", "--store", url)
        assert done.returncode == 0, (command, done.stderr)
        assert command == "verify" or json.loads(done.stdout) == json.loads(usual.stdout), done.stdout
    incomplete = copy_with_log(store, folder / "copy")
    done = run_read_only(incomplete.parent, program, "verify", "--json", "--store", f"sqlite:{incomplete}")
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert f"{incomplete}-wal" in done.stderr and "copy both files" in done.stderr, done.stderr
    assert json.loads(done.stdout)["ok"] is False, done.stdout
    done = run(program, "verify", "--store", f"sqlite:{incomplete}")  # Where the folder can be written.
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    done = run_read_only(store.parent, program, "run", "--brokers", "localhost:1", "--store", url)
    assert done.returncode == 2 and "Read-only file system" in done.stderr, done.stderr
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="aepro-test-") as place:
        sys.exit(main(sys.argv[1], pathlib.Path(place)))
