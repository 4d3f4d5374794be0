#!/usr/bin/env bash
# The contract tests on a real Kubernetes API: brings up the lab of kube-lab.sh on this machine, checks the lab itself
# (kube-check.sh), runs the tests marked Contract=KubeLab on it, and leaves it as it was (KEEP_LAB=1: running).
# Ends with `N passed, N failed`; exit 1 if something failed on a running lab. Where no lab can be had, it says
# `SKIPPED: reason` and exits 0. It needs neither root nor systemd, and installs nothing. HOTSTACK_BUILT=1: does not build the tests.
#
# The first time it builds Kubernetes, which takes minutes; the result stays in KUBE_LAB_CACHE
# [hotstack-kube-lab in $XDG_CACHE_HOME or ~/.cache].
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lab=$here/kube-lab.sh
export KUBE_LAB_DIR=${KUBE_LAB_DIR:-${TMPDIR:-/tmp}/hotstack-kube-lab}
export KUBE_LAB_CACHE=${KUBE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-$KUBE_LAB_DIR}/.cache}/hotstack-kube-lab}
export KUBE_LAB_PORT=${KUBE_LAB_PORT:-16443}

output=$(mktemp)
was_running=1 was_there=1
finish() {
    rm -f "$output"
    [[ ${KEEP_LAB:-} == 1 ]] && return
    if ((!was_there)); then
        timeout --kill-after=10 2m "$lab" wipe
        rmdir "$KUBE_LAB_DIR" 2>/dev/null
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

# need MIB WHAT: so much memory must be available.
need() {
    local available; available=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
    ((available >= $1)) || skip "$2 takes $1 MiB of memory, and $available MiB are available"
}

is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

trap finish EXIT
trap 'exit 130' INT TERM

for tool in dotnet python3 openssl curl; do
    command -v "$tool" >/dev/null || skip "there is no $tool"
done

[[ -e $KUBE_LAB_DIR ]] || was_there=0
"$lab" status >"$output" 2>&1 || was_running=0
if ((!was_running)); then
    if ! "$lab" is-built; then
        grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release ||
            skip 'the lab is built from the packages of Debian 12 (bookworm)'
        need 2048 'building the lab'
        free=$(df --output=avail -m "$(dirname "$KUBE_LAB_CACHE")" 2>/dev/null | tail -n 1)
        ((${free:-3072} >= 3072)) || skip "building the lab takes 3 GiB in $KUBE_LAB_CACHE, and $free MiB are free"
        # A machine that is quite new does not know its packages yet.
        ((EUID != 0)) || apt-get indextargets | grep -q . || timeout --kill-after=10 3m apt-get update -q </dev/null || :
        stage 'build' 20m "$lab" build
    fi
    need 1024 'the lab'
    grep -q ' pid ' "$output" || for port in 0 1 2 3; do
        ! is_taken $((KUBE_LAB_PORT + port)) || skip "port $((KUBE_LAB_PORT + port)) is taken; KUBE_LAB_PORT names others"
    done
fi
stage 'up' 3m "$lab" up
stage 'seed' 1m "$lab" seed

passed=0 failed=0
printf '\n=== the lab itself\n'
timeout --kill-after=10 3m "$here/kube-check.sh" </dev/null 2>&1 | tee "$output"
if [[ $(tail -n 1 "$output") =~ ^([0-9]+)' passed, '([0-9]+)' failed'$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
else
    echo 'the checks of the lab did not come to their end'
    failed=1
fi

export HOTSTACK_KUBE_LAB=$KUBE_LAB_DIR HOTSTACK_KUBE_LAB_SCRIPT=$lab
printf '\n=== contract on the lab\n'
timeout --kill-after=30 12m dotnet test "$root/tests/Hotstack.SnapSet.IntegrationTests" ${HOTSTACK_BUILT:+--no-build} \
    --filter Contract=KubeLab --logger 'console;verbosity=normal' </dev/null 2>&1 | tee "$output"
code=${PIPESTATUS[0]}

# A result of another kind than these lines, or no test at all, is a failure.
count() { sed -nE "s/^ +$1: ([0-9]+)\$/\\1/p" "$output" | tail -n 1; }
test_passed=$(count Passed) test_failed=$(count Failed) skipped=$(count Skipped)
if ((code != 0 && ${test_failed:-0} == 0)) || ((${test_passed:-0} == 0)); then
    echo "dotnet test ended with exit code $code and ${test_passed:-no} tests passed"
    failed=$((failed + 1))
fi
passed=$((passed + ${test_passed:-0})) failed=$((failed + ${test_failed:-0}))
((!was_running)) || timeout --kill-after=10 2m "$lab" seed
trap - EXIT
finish
printf '%d passed, %d failed%s\n' "$passed" "$failed" "${skipped:+, $skipped skipped}"
((failed == 0))
