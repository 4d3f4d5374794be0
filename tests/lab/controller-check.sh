#!/usr/bin/env bash
# What tests may rely on in a running controller-lab (see controller-lab.sh), tried with ssh and curl: one line for each check, then
# `N passed, N failed`; exit 1 if one failed. Leaves the lab reset.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=$here/controller-lab.sh
DIR=${CONTROLLER_LAB_DIR:-${TMPDIR:-/tmp}/hotstack-controller-lab}
tmp=$(mktemp -d); trap 'stop_tunnel; rm -rf "$tmp"' EXIT
controller=203.0.113.17 api=https://api.ocp.openstack.lab:6443
passed=0 failed=0

# check NAME REGEX TEXT
check() {
    if [[ $3 =~ $2 ]]; then
        printf 'ok    %s\n' "$1"; passed=$((passed + 1))
    else
        printf 'FAIL  %s: %s\n' "$1" "$3"; failed=$((failed + 1))
    fi
}

desk() { "$lab" desk timeout 30 "$@" 2>&1; }
there() { "$lab" controller timeout 30 "$@" 2>&1; }
beside() { "$lab" controller true && ip netns exec "${CONTROLLER_LAB_NETNS:-hotstack}-machines" timeout 30 "$@" 2>&1; }

# by_ssh [OPTIONS...] -- COMMAND: from the desk, as zuul
by_ssh() {
    local -a options=(-T -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="$tmp/known_hosts")
    while [[ $1 != -- ]]; do options+=("$1"); shift; done
    desk ssh "${options[@]}" -- "zuul@$controller" "${@:2}"
}

# A client's tunnel: SOCKS on a socket, until the end of ssh's input.
start_tunnel() {
    mkdir -p "$tmp/tunnel"; mkfifo "$tmp/tunnel/in"
    by_ssh -D "$tmp/tunnel/s" -o StreamLocalBindMask=0177 -o ExitOnForwardFailure=no -o ServerAliveInterval=1 -o ServerAliveCountMax=2 \
        -- 'exec cat >/dev/null' <"$tmp/tunnel/in" >"$tmp/tunnel/log" 2>&1 &
    tunnel=$!
    exec 8>"$tmp/tunnel/in"
    local i; for ((i = 0; i < 100; i++)); do [[ -S $tmp/tunnel/s ]] && return; sleep 0.1; done
}

stop_tunnel() { { exec 8>&-; wait "${tunnel:-}"; } 2>/dev/null; rm -rf "$tmp/tunnel"; }

# through PATH - the API, by name, through the tunnel, with its CA
through() {
    "$lab" desk curl -s --max-time 10 --cacert "$DIR/kube/pki/ca.crt" --proxy "socks5h://localhost$tmp/tunnel/s" "$api$1" 2>&1
    printf ' exit %d' $?
}

# eventually REGEX COMMAND... - up to 15 s; prints the last output
eventually() {
    local want=$1 out i; shift
    for ((i = 0; i < 75; i++)); do out=$("$@"); [[ $out =~ $want ]] && break; sleep 0.2; done
    printf '%s' "$out"
}

echo '--- the desk has no way of its own'
check 'it cannot resolve the name of the API' '^exit 2$' "$(desk getent hosts api.ocp.openstack.lab; echo "exit $?")"
check 'nor reach its address' 'exit 7' "$(desk curl -sk --max-time 5 https://192.168.34.5:6443/; echo "exit $?")"
check 'nor the inner address of the controller' '^exit 7$' "$(desk curl -sk --max-time 5 http://192.168.34.254:22/; echo "exit $?")"
check 'nor the API at the controller' '^exit 7$' "$(desk curl -sk --max-time 5 "https://$controller:6443/"; echo "exit $?")"
check 'it has no kubeconfig' '^no$' "$(desk bash -c '[[ -e ~root/.kube/config ]] && echo yes || echo no')"
check "ssh's home is the lab's" "^$DIR/desk\$" "$(desk bash -c 'echo ~root')"
check 'where the machines are the name is unknown too' 'exit 6' "$(beside curl -sk --max-time 5 "$api/"; echo "exit $?")"

echo '--- the controller has one'
check 'it resolves the name' '^192.168.34.5 ' "$(there getent hosts api.ocp.openstack.lab)"
check 'by a server that knows no other name' '^exit 2$' "$(there getent hosts other.ocp.openstack.lab; echo "exit $?")"
check 'and reaches the API' '^ok$' "$(there curl -s --cacert "$DIR/kube/pki/ca.crt" "$api/readyz")"
check 'it forwards no packets' '^0$' "$(there cat /proc/sys/net/ipv4/ip_forward)"

echo '--- ssh'
check 'a login' '^61016 /home/zuul controller$' "$(by_ssh -- 'echo $(id -u) $HOME controller' | tail -n 1)"
check 'the kubeconfig' "server: $api" "$(by_ssh -- 'cat ~/.kube/config')"
check 'nobody else reads it' '^600 zuul$' "$(by_ssh -- 'stat -c "%a %U" ~/.kube/config')"
check 'another user is refused' 'Permission denied \(publickey\)' "$(by_ssh -l core -- true)"
start_tunnel
check 'a socket of the user' '^600$' "$(stat -c %a "$tmp/tunnel/s")"
check 'the API by name, with TLS from end to end' '^ok exit 0$' "$(through /readyz)"
check 'one connection' '^1$' "$("$lab" connections)"
stop_tunnel
check 'none when its input has ended' '^0$' "$(eventually '^0$' "$lab" connections)"

echo '--- what happens to a controller'
"$lab" greet
check 'a shell that talks' '^Welcome to controller-0' "$(by_ssh -- 'echo said' | grep -v 'Permanently added')"
"$lab" hush
"$lab" hide-kubeconfig
check 'no kubeconfig' 'No such file' "$(by_ssh -- 'cat ~/.kube/config')"
"$lab" show-kubeconfig
"$lab" forget-key
check 'no key' 'Permission denied' "$(by_ssh -- true)"
"$lab" authorize-key
start_tunnel
"$lab" sshd-restart 2>/dev/null
check 'a new sshd leaves connections alone' '^ok exit 0$' "$(through /readyz)"
"$lab" drop
check 'a silent link' ' exit (28|97)$' "$(through /readyz)"
check 'is noticed' 'not responding|Broken pipe' "$(eventually 'not responding' cat "$tmp/tunnel/log")"
check 'and nobody answers' 'timed out|exit 255' "$(by_ssh -- true; echo "exit $?")"
"$lab" undrop
stop_tunnel
check 'it answers again' '^back$' "$(by_ssh -- 'echo back')"
start_tunnel
"$lab" cut
check 'a connection that is cut' 'closed|reset|Broken pipe' "$(eventually 'closed|reset' cat "$tmp/tunnel/log")"
stop_tunnel
"$lab" forbid-forwarding 2>/dev/null
start_tunnel
check 'forwarding forbidden' ' exit 97$| exit 35$' "$(through /readyz)"
check 'as ssh says' 'administratively prohibited' "$(cat "$tmp/tunnel/log")"
stop_tunnel
"$lab" allow-forwarding 2>/dev/null
"$lab" sshd-stop
check 'no sshd' 'Connection refused' "$(by_ssh -- true)"
"$lab" sshd-start 2>/dev/null
start_tunnel
"$lab" kube kill-apiserver 2>/dev/null
check 'no API behind it' ' exit 97$| exit 35$' "$(through /readyz)"
check 'as ssh says' 'connect failed: Connection refused' "$(cat "$tmp/tunnel/log")"
stop_tunnel
"$lab" kube start-apiserver 2>/dev/null
"$lab" change-host-key 2>/dev/null
check 'another host key' 'IDENTIFICATION HAS CHANGED' "$(by_ssh -- true)"
rm "$tmp/known_hosts"
check 'which one may accept' '^new$' "$(by_ssh -- 'echo new' | tail -n 1)"

"$lab" reset 2>/dev/null
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
