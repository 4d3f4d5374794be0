#!/usr/bin/env bash
# The contract tests on a real OpenStack: brings up the lab of openstack-lab.sh on this machine, runs the tests marked
# Contract=Lab against its stack, and leaves the lab as it was (KEEP_LAB=1: running).
# Ends with `N passed, N failed`; exit 1 if a test failed on a running lab. Where no lab can be had, it says
# `SKIPPED: reason` and exits 0. It installs Debian packages, so it is for throw-away machines. HOTSTACK_BUILT=1: does not build the
# tests. HOTSTACK_CONTRACT_SHARD=1/2: runs half of them.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lab=$here/openstack-lab.sh
export OSLAB_DIR=${OSLAB_DIR:-/tmp/oslab}
# On a busy machine, uploads at the same time end in the fault that restart_compute_when_lost is for.
export OSLAB_SNAPSHOTS=${OSLAB_SNAPSHOTS:-1}

output=$(mktemp)
was_running=1 has_seeded=0
finish() {
    rm -f "$output"
    [[ -z ${watch:-} ]] || kill "$watch" 2>/dev/null
    [[ ${KEEP_LAB:-} == 1 ]] && return
    if ((!was_running)); then
        timeout --kill-after=10 2m "$lab" down
    elif ((has_seeded)); then
        timeout --kill-after=10 2m "$lab" unseed
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

command -v dotnet >/dev/null || skip 'there is no dotnet'
((EUID == 0)) || skip 'the lab runs as root'
grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release || skip 'the lab is made of the packages of Debian 12 (bookworm)'
[[ -e /dev/net/tun ]] || skip 'there is no /dev/net/tun for the ports of the guests'
[[ -e /dev/loop-control ]] || skip 'there is no /dev/loop-control for the volumes'

"$lab" status >"$output" 2>&1 || :
if ! grep -q ' up  ' "$output"; then
    was_running=0
    available=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
    ((available >= 5120)) || skip "the lab takes 5 GiB of memory, and $available MiB are available"
    # Without a network this fails, and matters only if a package is missing.
    timeout --kill-after=10 3m apt-get update -q </dev/null || :
fi
stage 'install' 12m "$lab" install
stage 'up' 6m "$lab" up
stage 'seed' 3m "$lab" seed
grep -q '"output_key"' "$output" && has_seeded=1

export OS_CLIENT_CONFIG_FILE=$OSLAB_DIR/clouds.yaml HOTSTACK_CONTRACT_CLOUD=lab HOTSTACK_CONTRACT_STACK=hotstack
export HOTSTACK_CONTRACT_LAB_SCRIPT=$lab
printf '\n=== contract on the lab%s\n' "${HOTSTACK_CONTRACT_SHARD:+, shard $HOTSTACK_CONTRACT_SHARD}"
count() { sed -nE "s/^ +$1: ([0-9]+)\$/\\1/p" "$output" | tail -n 1; }
# contract LIMIT FILTER: sets passed, failed and skipped. A result of another kind than these lines, or no test at all, is a failure.
contract() {
    local code
    timeout --kill-after=30 "$1" dotnet test "$root/tests/Hotstack.SnapSet.IntegrationTests" ${HOTSTACK_BUILT:+--no-build} \
        --filter "$2" --logger 'console;verbosity=normal' </dev/null 2>&1 | tee "$output"
    code=${PIPESTATUS[0]}
    passed=$(count Passed) failed=$(count Failed) skipped=$(count Skipped)
    if ((code != 0 && ${failed:-0} == 0)) || ((${passed:-0} == 0 && ${failed:-0} == 0)); then
        echo "dotnet test ended with exit code $code and ${passed:-no} tests passed"
        failed=$((${failed:-0} + 1))
    fi
}
# The eventlet of Debian 12 sometimes loses a green thread of nova-compute to another thread. The server that it worked on keeps its task
# state for ever then, and the tests after it fail by that. A restart of nova-compute clears it.
threads_lost() { grep -hs 'greenlet.error: cannot switch to a different thread' "$OSLAB_DIR/log/nova-compute.log" | wc -l; }
restart_compute_when_lost() {
    local known; known=$(threads_lost)
    while sleep 5; do
        (($(threads_lost) > known)) || continue
        known=$(threads_lost)
        echo 'nova-compute lost a thread, and is restarted'
        # A test may have killed it meanwhile.
        "$lab" kill nova-compute && timeout --kill-after=10 3m "$lab" start nova-compute
    done
}

restart_compute_when_lost &
watch=$!
contract 28m Contract=Lab
# The lab's own daemons lose a message or a thread now and then, on a busy machine more often. What they spoiled passes the second time;
# what fails twice is a fault of ours. A run that did not come to its end has not tried all, so that a second one proves nothing.
if ((failed > 0)) && [[ -n $(count Failed) ]]; then
    again=$(sed -nE 's/^ +Failed ([A-Za-z0-9_.]+).*/FullyQualifiedName~\1/p' "$output" | sort -u | paste -sd '|')
    if [[ -n $again ]]; then
        printf '\n=== contract on the lab, once more what failed\n'
        once=${passed:-0}
        contract 12m "Contract=Lab&($again)"
        passed=$((once + ${passed:-0}))
    fi
fi
trap - EXIT
finish
printf '%d passed, %d failed%s\n' "${passed:-0}" "${failed:-0}" "${skipped:+, $skipped skipped}"
((${failed:-0} == 0))
