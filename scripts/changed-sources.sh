#!/usr/bin/env bash
# Names the .cpp files that a change touches: those changed since the branch left its upstream, uncommitted ones too, and
# those that include a changed header. On the main branch itself, where the two are one, since the day before its last
# commit; all files where the history tells no begin.
# Usage: scripts/changed-sources.sh [COMMIT]   COMMIT: changed since it
set -euo pipefail
cd "$(dirname "$0")/.."

begin_of_change() {
  local upstream base
  for upstream in '@{upstream}' origin/main main; do
    base=$(git merge-base HEAD "$upstream" 2>/dev/null) || continue
    [ "$base" = "$(git rev-parse HEAD)" ] || { echo "$base"; return; }
  done
  git rev-list -1 --before="$(($(git log -1 --format=%ct) - 86400))" HEAD
}

base=${1:-$(begin_of_change)}
if [ -z "$base" ]; then
  git ls-files '*.cpp'
  exit
fi
mapfile -t changed < <(git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.h'; git ls-files -o --exclude-standard '*.cpp' '*.h')
for file in "${changed[@]}"; do
  case $file in
    *.cpp) echo "$file" ;;
    *.h) git grep -lF "#include \"$file\"" -- '*.cpp' || true ;;
  esac
done | sort -u
