#!/usr/bin/env python3
"""Fails when a test was skipped that tests/allowed-skips.txt does not name.

A skipped test passes for ctest, so a program that is missing on a test machine would go unseen for ever.
Usage: scripts/check-skips.py JUNIT_XML PRESET
"""
import pathlib
import re
import sys
import xml.etree.ElementTree

ALLOWED = pathlib.Path(__file__).resolve().parent.parent / "tests" / "allowed-skips.txt"


def allowed_skips(text, preset):
    """[(pattern, reason)] of the lines "PRESETS PATTERN REASON …" that speak of `preset`; PRESETS are joined by commas."""
    rows = [line.split(maxsplit=2) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    short = [" ".join(row) for row in rows if len(row) < 3]
    if short:
        raise SystemExit(f"{ALLOWED}: no reason is given: {short[0]}")
    return [(re.compile(row[1]), row[2]) for row in rows if preset in row[0].split(",")]


def skipped_tests(path):
    cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
    return [case.get("name") for case in cases if case.find("skipped") is not None]


def main():
    path, preset = sys.argv[1:]
    allowed = allowed_skips(ALLOWED.read_text(encoding="utf-8"), preset)
    wrong = 0
    for name in skipped_tests(path):
        reasons = [reason for pattern, reason in allowed if pattern.fullmatch(name)]
        wrong += not reasons
        print(f"skipped: {name}: {reasons[0] if reasons else 'not in tests/allowed-skips.txt'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
