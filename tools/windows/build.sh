#!/bin/bash
# Builds the exe by build.spec through Wine, into dist/ (or the folder given). JOBSYNC_FOLDER=1 as in the spec.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=tools/windows/env.sh
. "$here/env.sh"
"$here/setup.sh"
target=$(realpath -m "${1:-$root/dist}")
mkdir -p "$target"
cd "$root"
exec 8>"$target/.lock" && flock 8
# Built before from the same files: nothing to do.
made_from=$( { cat "$JOBSYNC_WINE"/stamps/*; echo "${JOBSYNC_FOLDER:-}"
  find build.spec jobsync.py pyproject.toml icon.ico synccenter connectors tools/windows -type f ! -path '*/__pycache__/*' \
    -print0 | sort -z | xargs -0 sha256sum; } | sha256sum)
if [ "$made_from" = "$(cat "$target/.made-from" 2>/dev/null)" ]; then exit; fi
rm -f "$target/.made-from"
# From a copy, so that a file edited meanwhile does not give an exe of two minds. And from nothing: PyInstaller goes by
# times, and takes a file that was edited during the build before for one that it has compiled.
rm -rf "$target/work"
mkdir -p "$target/work/source"
tar -cf - --exclude=__pycache__ build.spec jobsync.py pyproject.toml icon.ico synccenter connectors tools |
  tar -C "$target/work/source" -xf -
cd "$target/work/source"
# The same order of sets and the same times in every build
export PYTHONHASHSEED=1 SOURCE_DATE_EPOCH=1700000000
log=$target/build.log
timeout 900 bash -c '. tools/windows/env.sh; windows_python "$@"' - -m PyInstaller --noconfirm --distpath \
  "$(windows_path "$target")" --workpath "$(windows_path "$target/work")" build.spec > "$log" 2>&1 ||
  { tail -30 "$log"; exit 1; }
printf %s "$made_from" > "$target/.made-from"
