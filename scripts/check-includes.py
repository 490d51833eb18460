#!/usr/bin/env python3
"""Holds the tree's includes against the tables in docs/architecture.md.

A folder, or a room within one, may include from itself and from what its row names in the column "uses", and from
nothing else: a folder that links another also sees all that this one links, so the linker alone does not tell.
Prints every wrong arrow, every row that is not true and a circle, and exits with 1 when there is any.
Usage: scripts/check-includes.py [--print]   --print: the arrows that there are, as the tables would have them
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
ROW = re.compile(r"^\| *`?([a-z_]+(?:/[a-z_]+)*)`? *\|.*\| *([^|]*?) *\|$")


def allowed_arrows(text):
    """{folder or room: names in its last column}, of all tables whose last heading is "uses"."""
    allowed, in_table = {}, False
    for line in text.splitlines():
        if line.startswith("|") and line.rstrip("| ").endswith(" uses"):
            in_table = True
        elif not line.startswith("|"):
            in_table = False
        elif in_table and (row := ROW.match(line)):
            names = {name.strip(" `") for name in row[2].split(",")}
            allowed[row[1]] = names - {"", "-"}
    return allowed


def place_of(path, folders):
    """(folder, room): the room is the folder itself for its own files, and for a folder without rooms in the tables."""
    parts = path.split("/")
    room = "/".join(parts[:2]) if len(parts) > 2 else parts[0]
    return parts[0], room if room in folders else parts[0]


def arrows(files, allowed):
    """{(from, to): files that include}: between folders by their names, within a folder between rooms."""
    found = collections.defaultdict(list)
    for name in files:
        folder, room = place_of(name, allowed)
        for target in INCLUDE.findall((ROOT / name).read_text(encoding="utf-8")):
            to_folder, to_room = place_of(target, allowed)
            if to_folder not in allowed:
                continue
            if folder != to_folder:
                found[folder, to_folder].append(name)
            elif room != to_room:
                found[room, to_room].append(name)
    return found


def circle(found):
    """Places that reach each other, as one path back to its begin; empty when there are none."""
    ways = collections.defaultdict(set)
    for start, to in found:
        ways[start].add(to)
    done = set()

    def walk(place, path):
        if place in path:
            return path[path.index(place):] + [place]
        if place in done:
            return []
        for to in sorted(ways[place]):
            if way := walk(to, path + [place]):
                return way
        done.add(place)
        return []

    return next((way for place in sorted(ways) if (way := walk(place, []))), [])


def main():
    listed = subprocess.run(["git", "ls-files", "*.h", "*.cpp"], cwd=ROOT, check=True, capture_output=True, text=True)
    files = [name for name in listed.stdout.split() if not name.startswith("tests/") and (ROOT / name).is_file()]
    allowed = allowed_arrows(DOCUMENT.read_text(encoding="utf-8"))
    found = arrows(files, allowed)
    if "--print" in sys.argv[1:]:
        for place in allowed:
            print(f"{place}: {', '.join(sorted(to for start, to in found if start == place)) or '-'}")
        return 0
    wrong = []
    places = {name.split("/")[0] for name in files} | {"/".join(name.split("/")[:2]) for name in files if name.count("/") > 1}
    for place in sorted(places - set(allowed)):
        wrong.append(f"{place}: has no row in docs/architecture.md")
    for (start, to), where in sorted(found.items()):
        if to not in allowed.get(start, ()):
            wrong.append(f"{start} must not include from {to}: {', '.join(sorted(set(where)))}")
    for start, names in sorted(allowed.items()):
        for to in sorted(names - {end for begin, end in found if begin == start}):
            wrong.append(f"docs/architecture.md says that {start} uses {to}, and no file does")
    if way := circle(found):
        wrong.append(f"a circle: {' -> '.join(way)}")
    for line in wrong:
        print(line)
    print(f"{len(files)} files, {len(found)} arrows, {len(wrong)} wrong", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
