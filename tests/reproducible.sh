#!/usr/bin/env bash
# Two clean clones in two folders must give the same package, byte by byte: so it tells neither where it was made nor when.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What is not committed yet counts as well.
state=$(git -C "$root" stash create)

for clone in one another/deeper; do
    git clone --quiet "$root" "$work/$clone"
    git -C "$work/$clone" fetch --quiet "$root" "${state:-HEAD}"
    git -C "$work/$clone" checkout --quiet FETCH_HEAD
    CI=true dotnet pack "$work/$clone/src/Hotstack.SnapSet" --output "$work/$clone/out" -p:RunAnalyzers=false --verbosity quiet --disable-build-servers
done

sha256sum "$work"/{one,another/deeper}/out/*.nupkg
if cmp "$work"/one/out/*.nupkg "$work"/another/deeper/out/*.nupkg; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
    exit 1
fi
