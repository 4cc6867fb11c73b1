#!/usr/bin/env python3
"""Reads the program's ELF file: the hardening that the compiler was asked for is in what was linked.

usage: hardening_test.py PROGRAM
"""
import subprocess, sys


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def segments(program):
    """Returns type and flags of each program header."""
    rows = [line.split() for line in readelf("-l", program).splitlines()]
    return [(row[0], "".join(row[6:-1])) for row in rows if len(row) >= 8 and row[1].startswith("0x")]


def undefined_symbols(program):
    rows = [line.split() for line in readelf("--dyn-syms", program).splitlines()]
    return {row[7].split("@")[0] for row in rows if len(row) >= 8 and row[6] == "UND"}


def missing(program):
    headers, dynamic = segments(program), readelf("-d", program)
    symbols = undefined_symbols(program)
    stack = [flags for name, flags in headers if name == "GNU_STACK"]
    writable_code = [flags for name, flags in headers if name == "LOAD" and "W" in flags and "E" in flags]
    checks = {
        "position-independent executable": "Type:" in (header := readelf("-h", program)) and "DYN" in header
                                           and " PIE" in dynamic,
        "read-only relocations": any(name == "GNU_RELRO" for name, _ in headers),
        "bind now (full RELRO)": "BIND_NOW" in dynamic,
        "stack that is not executable": stack == ["RW"],
        "no segment both writable and executable": not writable_code,
        "stack protector": "__stack_chk_fail" in symbols,
        "fortified functions": any(name.endswith("_chk") for name in symbols),
        "no run path": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
    }
    return [name for name, found in checks.items() if not found]


if __name__ == "__main__":
    lacking = missing(sys.argv[1])
    for name in lacking:
        print(f"{sys.argv[1]} lacks: {name}")
    sys.exit(1 if lacking else 0)
