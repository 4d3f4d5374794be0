#!/usr/bin/env bash
# Upstream's scenarios, as a checkout has them, on sandboxes: each template is deployed, frozen by the name of its stack, restored and
# verified, with and without volumes; the set of snapshot-sno is restored into every template that it fits, and refused by the others;
# every file of variables is read whole. Downloads nothing.
#   scenarios-run.sh PATH        PATH is a checkout of openstack-k8s-operators/hotstack; HOTSTACK_CHECKOUT=PATH does as well
# Ends with `N passed, N failed`; exit 1 if a test failed. Without a checkout it says `SKIPPED: reason` and exits 0.
# HOTSTACK_BUILT=1: does not build the tests.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
output=$(mktemp)
trap 'rm -f "$output"' EXIT

skip() {
    printf 'SKIPPED: %s\n0 passed, 0 failed, 1 skipped\n' "$1"
    exit 0
}

checkout=${1:-${HOTSTACK_CHECKOUT:-}}
[[ -n $checkout ]] || skip 'no checkout of Hotstack is given: scenarios-run.sh PATH'
[[ -d $checkout/scenarios ]] || skip "$checkout has no folder scenarios"
command -v dotnet >/dev/null || skip 'there is no dotnet'

HOTSTACK_CHECKOUT=$(cd "$checkout" && pwd) timeout --kill-after=30 20m dotnet test "$root/tests/Hotstack.SnapSet.IntegrationTests" \
    ${HOTSTACK_BUILT:+--no-build} --filter Contract=Scenarios --logger 'console;verbosity=normal' </dev/null 2>&1 | tee "$output"
code=${PIPESTATUS[0]}

# A result of another kind than these lines, or no test at all, is a failure.
count() { sed -nE "s/^ +$1: ([0-9]+)\$/\\1/p" "$output" | tail -n 1; }
passed=$(count Passed) failed=$(count Failed) skipped=$(count Skipped)
if ((code != 0 && ${failed:-0} == 0)) || ((${passed:-0} == 0)); then
    echo "dotnet test ended with exit code $code and ${passed:-no} tests passed"
    failed=$((${failed:-0} + 1))
fi
printf '%d passed, %d failed%s\n' "${passed:-0}" "${failed:-0}" "${skipped:+, $skipped skipped}"
((${failed:-0} == 0))
