#!/usr/bin/env python3
"""Names the .cpp files that a change touches, a line each.

Those changed since the branch left its upstream, uncommitted ones too, and those that include a changed header. On the
main branch itself, where the two are one, since the day before its last commit; all files where the history tells no
begin. A file that was only moved, or of which only #include lines changed, is not changed.
Usage: scripts/changed-sources.py [COMMIT]   COMMIT: changed since it
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DAY_S = 86400


def git(*words, check=True):
    done = subprocess.run(["git", *words], cwd=ROOT, check=check, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def begin_of_change():
    head = git("rev-parse", "HEAD").strip()
    for upstream in ("@{upstream}", "origin/main", "main"):
        base = git("merge-base", "HEAD", upstream, check=False).strip()
        if base and base != head:
            return base
    last = int(git("log", "-1", "--format=%ct"))
    return git("rev-list", "-1", f"--before={last - DAY_S}", "HEAD").strip()


def changed_since(base):
    """Of `git diff --numstat -z`: "ADDED\tDELETED\tPATH", or, of a moved file, an empty PATH, the old and the new one."""
    fields = git("diff", "-M40%", "--diff-filter=d", "--numstat", "-z", "--ignore-blank-lines", "-I^#include ", base, "--", "*.cpp", "*.h")
    words = iter(fields.split("\0"))
    changed = set(git("ls-files", "-o", "--exclude-standard", "*.cpp", "*.h").split())
    for word in words:
        if not word:
            continue
        added, deleted, path = word.split("\t")
        if not path:
            next(words)
            path = next(words)
        if (added, deleted) != ("0", "0"):
            changed.add(path)
    return changed


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else begin_of_change()
    if not base:
        print(git("ls-files", "*.cpp"), end="")
        return
    sources = set()
    for path in changed_since(base):
        if path.endswith(".cpp"):
            sources.add(path)
        else:
            sources.update(git("grep", "-lF", f'#include "{path}"', "--", "*.cpp", check=False).split())
    print("".join(f"{path}\n" for path in sorted(sources)), end="")


if __name__ == "__main__":
    main()
