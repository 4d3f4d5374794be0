#!/usr/bin/env bash
# The contract tests behind a real controller: brings up the lab of controller-lab.sh on this machine, checks the lab itself
# (controller-check.sh), runs the tests marked Contract=ControllerLab at its desk, and leaves the machine as it was (KEEP_LAB=1: running).
# Ends with `N passed, N failed`; exit 1 if something failed on a running lab. Where no lab can be had, it says `SKIPPED: reason` and exits
# 0. It needs root, for network namespaces. HOTSTACK_BUILT=1: does not build the tests.
#
# The Kubernetes API is that of kube-lab.sh: the first time it is built, which takes minutes; see kube-run.sh.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lab=$here/controller-lab.sh
export CONTROLLER_LAB_DIR=${CONTROLLER_LAB_DIR:-${TMPDIR:-/tmp}/hotstack-controller-lab}
export KUBE_LAB_CACHE=${KUBE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-$CONTROLLER_LAB_DIR}/.cache}/hotstack-kube-lab}

output=$(mktemp)
was_running=1 was_there=1
finish() {
    rm -f "$output"
    [[ ${KEEP_LAB:-} == 1 ]] && return
    if ((!was_there)); then
        timeout --kill-after=10 2m "$lab" wipe
        rmdir "$CONTROLLER_LAB_DIR" 2>/dev/null
    elif ((!was_running)); then
        timeout --kill-after=10 2m "$lab" down
    fi
}

skip() {
    trap - EXIT
    finish
    printf 'SKIPPED: %s\n0 passed, 0 failed, 1 skipped\n' "$1"
    exit 0
}

# stage NAME LIMIT COMMAND...: its output is shown, and kept in $output; without success there is no lab.
stage() {
    local name=$1 limit=$2; shift 2
    printf '\n=== %s\n' "$name"
    timeout --kill-after=30 "$limit" "$@" </dev/null 2>&1 | tee "$output"
    case ${PIPESTATUS[0]} in
        0) ;;
        124 | 137) skip "$name took longer than $limit" ;;
        *) skip "$name failed: $(tail -n 1 "$output")" ;;
    esac
}

trap finish EXIT
trap 'exit 130' INT TERM

for tool in dotnet python3 openssl curl; do
    command -v "$tool" >/dev/null || skip "there is no $tool"
done
why=$("$lab" can-run) || skip "$why"
available=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
((available >= 1536)) || skip "the lab takes 1536 MiB of memory, and $available MiB are available"

[[ -e $CONTROLLER_LAB_DIR ]] || was_there=0
"$lab" status >"$output" 2>&1 || was_running=0
if ((!was_running)); then
    # A machine that is quite new does not know its packages yet.
    apt-get indextargets | grep -q . || timeout --kill-after=10 3m apt-get update -q </dev/null || :
    if ! "$here/kube-lab.sh" is-built; then
        grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release || skip 'the lab is built from the packages of Debian 12 (bookworm)'
        stage 'build' 20m "$here/kube-lab.sh" build
    fi
    stage 'packages' 3m "$lab" packages
fi
stage 'up' 3m "$lab" up
stage 'reset' 1m "$lab" reset

passed=0 failed=0
printf '\n=== the lab itself\n'
timeout --kill-after=10 3m "$here/controller-check.sh" </dev/null 2>&1 | tee "$output"
if [[ $(tail -n 1 "$output") =~ ^([0-9]+)' passed, '([0-9]+)' failed'$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
else
    echo 'the checks of the lab did not come to their end'
    failed=1
fi

# At the desk there is no way to a package registry.
if [[ -z ${HOTSTACK_BUILT:-} ]]; then
    dotnet build "$root/tests/Hotstack.SnapSet.IntegrationTests" --verbosity quiet -p:RunAnalyzers=false </dev/null ||
        { echo 'the tests cannot be built'; failed=$((failed + 1)); }
fi
export HOTSTACK_CONTROLLER_LAB=$CONTROLLER_LAB_DIR HOTSTACK_CONTROLLER_LAB_SCRIPT=$lab
printf '\n=== contract behind the controller\n'
# Their temporary folders are where nobody else has any, so that what they leave is found.
TMPDIR=$CONTROLLER_LAB_DIR/tmp MSBUILDDISABLENODEREUSE=1 timeout --kill-after=30 10m "$lab" desk \
    dotnet test "$root/tests/Hotstack.SnapSet.IntegrationTests" --no-build \
    --filter Contract=ControllerLab --logger 'console;verbosity=normal' </dev/null 2>&1 | tee "$output"
code=${PIPESTATUS[0]}

# A result of another kind than these lines, or no test at all, is a failure.
count() { sed -nE "s/^ +$1: ([0-9]+)\$/\\1/p" "$output" | tail -n 1; }
test_passed=$(count Passed) test_failed=$(count Failed) skipped=$(count Skipped)
if ((code != 0 && ${test_failed:-0} == 0)) || ((${test_passed:-0} == 0)); then
    echo "dotnet test ended with exit code $code and ${test_passed:-no} tests passed"
    failed=$((failed + 1))
fi
passed=$((passed + ${test_passed:-0})) failed=$((failed + ${test_failed:-0}))
((!was_running)) || timeout --kill-after=10 2m "$lab" reset
trap - EXIT
finish
printf '%d passed, %d failed%s\n' "$passed" "$failed" "${skipped:+, $skipped skipped}"
((failed == 0))
