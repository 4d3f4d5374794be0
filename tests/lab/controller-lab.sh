#!/usr/bin/env bash
#
# controller-lab.sh - a cluster behind its controller, as Hotstack's scenarios have it, with real parts: OpenSSH's sshd, dnsmasq, and the
# Kubernetes API of kube-lab.sh. Everything runs in three network namespaces; the machine's own network stays as it is.
#
#       desk                      controller                        machines
#   203.0.113.1  -------  203.0.113.17   192.168.34.254  -------  192.168.34.5
#   no resolver           sshd, dnsmasq, the kubeconfig            kube-apiserver :6443
#
# Only the controller knows the name api.ocp.openstack.lab, and only it has the kubeconfig: ~/.kube/config of its user zuul. It forwards no
# packets. The desk is where a client runs; its ~/.ssh is the lab's for ssh, which asks /etc/passwd for its home. The ssh config there has
# the Host `lab-controller`, and `lab-inside`, the controller's inner address with the former as its ProxyJump.
#
# Needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN. What is not installed of OpenSSH, dnsmasq and iproute2 is downloaded as Debian packages
# and unpacked in the lab's cache; nothing is installed on the system, and no file outside the lab's folders and /run/netns is written.
#
# Usage: controller-lab.sh COMMAND
#   can-run            exit 0 if this machine can have the lab; otherwise says why not
#   packages           only bring the programs that are not installed
#   up                 namespaces, the cluster, sshd, dnsmasq; may be repeated, does only what is missing
#   down               stop everything and remove the namespaces, keep the data
#   wipe               down, then delete the data
#   status             what runs; exit 1 if not up
#   desk COMMAND...         runs a command at the desk ...
#   controller COMMAND...   ... and on the controller, as root
#   kube COMMAND...         kube-lab.sh, beside the API server
#   kubectl ARGUMENTS...    kubectl, beside the API server, as an administrator
#   reset              everything that the commands below change is as after `up`
#
# What happens to a controller:
#   sshd-stop          as if it went off: sshd and its connections end ...
#   sshd-start         ... and it is back
#   sshd-restart       a new sshd; the connections last, as those of systemd's service do
#   cut                the connections end at once, sshd stays
#   drop               the controller does not hear from the desk and does not answer, and nobody says so ...
#   undrop             ... and it does again
#   change-host-key    new host keys, as those of another machine at its address
#   host-keys FOLDER   host keys that somebody made, in the files that sshd gives them: ssh_host_ed25519_key ...
#   know-host          the desk's ~/.ssh/known_hosts has its host keys
#   forbid-forwarding  AllowTcpForwarding no: for new connections ...
#   allow-forwarding   ... and yes
#   forget-key         zuul's authorized_keys is empty, as before cloud-init wrote it ...
#   authorize-key      ... and has the user's key
#   hide-kubeconfig    there is no kubeconfig ...
#   show-kubeconfig    ... and there is one
#   greet              zuul's shell prints lines of its own first, as profiles do ...
#   hush               ... and it does not
#   connections        the number of connections of users that sshd has
#
# Environment:
#   CONTROLLER_LAB_DIR      state: desk/, home/, ssh/, kube/, tmp/ ...  [hotstack-controller-lab in $TMPDIR or /tmp]
#   CONTROLLER_LAB_CACHE    unpacked packages                            [hotstack-controller-lab in $XDG_CACHE_HOME or ~/.cache]
#   CONTROLLER_LAB_NETNS    how the namespaces' names begin              [hotstack]
#   CONTROLLER_LAB_UNPACK   1: packages even of what is installed        [0]
# and those of kube-lab.sh, but for its directory, address and port.
set -euo pipefail
umask 022

DIR=${CONTROLLER_LAB_DIR:-${TMPDIR:-/tmp}/hotstack-controller-lab}
CACHE=${CONTROLLER_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-$DIR}/.cache}/hotstack-controller-lab}
PREFIX=${CONTROLLER_LAB_NETNS:-hotstack}
DESK=$PREFIX-desk CONTROLLER=$PREFIX-controller MACHINES=$PREFIX-machines
DESK_ADDRESS=203.0.113.1 FLOATING_IP=203.0.113.17 INNER_ADDRESS=192.168.34.254 API_ADDRESS=192.168.34.5
API_NAME=api.ocp.openstack.lab API_PORT=6443
USER_NAME=zuul USER_ID=61016
RUN=$DIR/run LOGS=$DIR/logs SSH=$DIR/ssh HOME_THERE=$DIR/home/$USER_NAME
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

export KUBE_LAB_DIR=$DIR/kube KUBE_LAB_PORT=$API_PORT KUBE_LAB_ADDRESS=$API_ADDRESS KUBE_LAB_NAME=$API_NAME
export KUBE_LAB_HEARTBEAT=${KUBE_LAB_HEARTBEAT:-0}
PATH=$PATH:/usr/sbin:/sbin

# Their libraries too: a small machine has few of them.
PACKAGES=(
    openssh-server openssh-client dnsmasq-base iproute2
    libaudit1 libbpf1 libbsd0 libcap-ng0 libcap2 libcap2-bin libcbor0.8 libcom-err2 libdbus-1-3 libedit2 libelf1 libfido2-1 libgmp10
    libgssapi-krb5-2 libhogweed6 libidn2-0 libjansson4 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libmd0 libmnl0
    libnetfilter-conntrack3 libnettle8 libnfnetlink0 libnftables1 libnftnl11 libnsl2 libpam0g libselinux1 libtirpc3 libunistring2 libwrap0
    libxtables12
)

log() { printf '%s controller-lab: %s\n' "$(date +%T)" "$*" >&2; }
die() { log "error: $*"; exit 1; }

# --------------------------------------------------------------------------
# Programs
# --------------------------------------------------------------------------

# program NAME - the path of the installed one, or of the unpacked one
program() {
    local path
    [[ ${CONTROLLER_LAB_UNPACK:-0} = 1 ]] || ! type -P "$1" || return 0
    for path in "$CACHE/root"/{usr/bin,usr/sbin,bin,sbin}/"$1"; do
        [[ ! -x $path ]] || { echo "$path"; return 0; }
    done
    return 1
}

have_programs() { local name; for name in sshd ssh ssh-keygen dnsmasq ip; do program "$name" >/dev/null || return 1; done; }

packages() (
    ! have_programs || exit 0
    [[ ! -e $CACHE || -O $CACHE ]] || die "$CACHE belongs to somebody else"
    mkdir -p "$CACHE"
    exec 9>"$CACHE/.lock"; flock 9
    ! have_programs || exit 0
    rm -rf "$CACHE"/unpack.*
    work=$(mktemp -d "$CACHE/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    log "downloading OpenSSH and dnsmasq from Debian"
    mkdir "$work/deb" "$work/root"
    cd "$work/deb"
    apt-get -q -o APT::Sandbox::User=root download "${PACKAGES[@]}" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "apt-get download"; }
    local file; for file in *.deb; do dpkg-deb -x "$file" "$work/root"; done
    rm -rf "$CACHE/root"
    mv "$work/root" "$CACHE/root"
    have_programs || die "the packages lack a program"
)

# Those of the packages find their libraries there, and those of the machine do not look.
with_libraries() {
    local path; path=$(program "$1") || die "there is no $1"
    if [[ $path = "$CACHE"/* ]]; then
        local -a lib=("$CACHE"/root/{usr/lib,lib}/*-linux-gnu)
        echo "env LD_LIBRARY_PATH=$(IFS=:; echo "${lib[*]}") $path"
    else
        echo "$path"
    fi
}

ip() { $(with_libraries ip) "$@"; }

can_run() {
    ((EUID == 0)) || { echo 'it needs root, for network namespaces'; return 1; }
    have_programs || command -v apt-get >/dev/null || { echo 'there is no sshd, and no apt-get to bring one'; return 1; }
    # ip itself may not be there yet.
    unshare --net --mount true 2>/dev/null ||
        { echo 'this machine does not allow network namespaces (CAP_NET_ADMIN, CAP_SYS_ADMIN)'; return 1; }
    [[ $DIR$CACHE != *[[:space:]]* ]] || { echo "$DIR or $CACHE has a blank in its name"; return 1; }
}

# --------------------------------------------------------------------------
# Namespaces
# --------------------------------------------------------------------------

# The namespaces have no owner: they are of the lab whose settings are there.
is_ours() { [[ -f $DIR/etc/.complete ]]; }

exists() { ip netns list | grep -q "^$1\b"; }

namespaces() {
    local name
    for name in "$DESK" "$CONTROLLER" "$MACHINES"; do
        exists "$name" || ip netns add "$name"
        ip -n "$name" link set lo up
    done
    link "$DESK" "$DESK_ADDRESS" desk "$FLOATING_IP"
    link "$MACHINES" "$API_ADDRESS" machines "$INNER_ADDRESS"
    ip netns exec "$CONTROLLER" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
}

# link NAMESPACE ADDRESS NAME CONTROLLERS-ADDRESS - a cable to the controller
link() {
    ip -n "$CONTROLLER" link show "$3" >/dev/null 2>&1 ||
        ip link add name "$3" netns "$CONTROLLER" type veth peer name controller netns "$1"
    ip -n "$1" address replace "$2/24" dev controller
    ip -n "$CONTROLLER" address replace "$4/24" dev "$3"
    ip -n "$1" link set controller up
    ip -n "$CONTROLLER" link set "$3" up
}

# in_controller COMMAND... - with the controller's resolver and users, and with zuul's home at its place. with=exec: in place of
# this shell.
in_controller() {
    ${with:-} $(with_libraries ip) netns exec "$CONTROLLER" unshare --mount sh -euc '
        etc=$1/etc; home=$1/home; shift
        for file in resolv.conf hosts nsswitch.conf passwd group; do mount --bind "$etc/$file" "/etc/$file"; done
        mount --bind "$home" /home
        mount -t tmpfs -o mode=755 lab /run
        mkdir -m 755 /run/sshd
        exec "$@"' sh "$DIR" "$@"
}

# in_desk COMMAND... - root's home, as ssh sees it, is the lab's
in_desk() {
    PATH=$DIR/bin:$PATH ip netns exec "$DESK" unshare --mount sh -euc '
        lab=$1; shift
        for file in resolv.conf passwd; do mount --bind "$lab/etc/desk-$file" "/etc/$file"; done
        exec "$@"' sh "$DIR" "$@"
}

settings() {
    # They are in use: at the desk its passwd is /etc/passwd.
    ! is_ours || return 0
    mkdir -p "$DIR"/{bin,etc,run,logs,home,ssh,tmp,desk/.ssh}
    chmod 700 "$DIR/desk" "$DIR/desk/.ssh" "$DIR/tmp"
    local name
    rm -f "$DIR"/bin/*
    for name in ssh ssh-keygen; do
        [[ $(program $name) = "$CACHE"/* ]] || continue
        printf '#!/bin/sh\nexec %s "$@"\n' "$(with_libraries $name)" >"$DIR/bin/$name"
        chmod +x "$DIR/bin/$name"
    done
    cat >"$DIR/desk/.ssh/config" <<-C
	Host lab-controller
	    HostName $FLOATING_IP
	    User $USER_NAME
	Host lab-inside
	    HostName $INNER_ADDRESS
	    User $USER_NAME
	    ProxyJump lab-controller
	C
    echo "nameserver 127.0.0.1" >"$DIR/etc/resolv.conf"
    printf '127.0.0.1 localhost\n%s controller-0\n' "$INNER_ADDRESS" >"$DIR/etc/hosts"
    printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n' >"$DIR/etc/nsswitch.conf"
    printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'sshd:x:109:65534::/run/sshd:/usr/sbin/nologin' \
        'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin' "$USER_NAME:*:$USER_ID:$USER_ID::/home/$USER_NAME:/bin/bash" \
        >"$DIR/etc/passwd"
    printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' "$USER_NAME:x:$USER_ID:" >"$DIR/etc/group"
    # Nobody answers there.
    echo "nameserver 127.0.0.1" >"$DIR/etc/desk-resolv.conf"
    awk -F: -v OFS=: -v home="$DIR/desk" '$3 == 0 { $6 = home } { print }' /etc/passwd >"$DIR/etc/desk-passwd"
    touch "$DIR/etc/.complete"
}

# --------------------------------------------------------------------------
# The controller
# --------------------------------------------------------------------------

# keygen FILE TYPE COMMENT
keygen() { $(with_libraries ssh-keygen) -q -t "$2" -N '' -C "$3" -f "$1"; }

host_keys() {
    local type
    rm -f "$SSH"/ssh_host_*
    for type in ed25519 ecdsa rsa; do keygen "$SSH/ssh_host_${type}_key" "$type" root@controller-0; done
}

users_key() { [[ -f $DIR/desk/.ssh/id_ed25519 ]] || keygen "$DIR/desk/.ssh/id_ed25519" ed25519 desk; }

home() {
    mkdir -p "$HOME_THERE"/{.ssh,.kube}
    hush
    authorize_key
    show_kubeconfig
}

# to_user FILE - what comes in is the user's
to_user() { (umask 077; cat >"$1.new"); chown -R "$USER_ID:$USER_ID" "$HOME_THERE"; mv "$1.new" "$1"; chown "$USER_ID:$USER_ID" "$1"; }

sshd_config() {
    cat <<-S
	ListenAddress $FLOATING_IP
	ListenAddress $INNER_ADDRESS
	$(for type in ed25519 ecdsa rsa; do echo "HostKey $SSH/ssh_host_${type}_key"; done)
	PidFile $RUN/sshd.pid
	AuthorizedKeysFile .ssh/authorized_keys
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM no
	StrictModes no
	PrintMotd no
	LogLevel VERBOSE
	AllowTcpForwarding $([[ -e $RUN/forwarding-forbidden ]] && echo no || echo yes)
	S
}

# pids [PATTERN] - the controller's processes, by their command line
pids() {
    local pid
    for pid in $(ip netns pids "$CONTROLLER" 2>/dev/null); do
        [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") =~ ${1:-} ]] && echo "$pid"
    done 2>/dev/null
    return 0
}

LISTENER='\[listener\]' CONNECTION='^sshd: .*(\[priv\]|\[accepted\]|\[net\]|@notty|@pts)'

# end SIGNAL PATTERN - until there is none
end() {
    local i found
    for ((i = 0; i < 100; i++)); do
        found=$(pids "$2")
        [[ -n $found ]] || return 0
        kill "-$([[ $i = 50 ]] && echo KILL || echo "$1")" $found 2>/dev/null || :
        sleep 0.1
    done
    die "these do not end: $found"
}

start_dnsmasq() {
    [[ -z $(pids '/dnsmasq ') ]] || return 0
    with=exec in_controller setsid $(with_libraries dnsmasq) --keep-in-foreground --conf-file=/dev/null --user=root --no-hosts --no-resolv \
        --pid-file= --listen-address=127.0.0.1 --listen-address="$INNER_ADDRESS" --bind-interfaces --local=/openstack.lab/ \
        --address="/$API_NAME/$API_ADDRESS" --address="/api-int.ocp.openstack.lab/$API_ADDRESS" \
        >>"$LOGS/dnsmasq.log" 2>&1 </dev/null &
    disown
    await dnsmasq "$LOGS/dnsmasq.log" answers_name
}

answers_name() { in_controller getent hosts "$API_NAME" | grep -q "$API_ADDRESS"; }

sshd_start() {
    [[ -z $(pids "$LISTENER") ]] || return 0
    sshd_config >"$SSH/sshd_config"
    with=exec in_controller setsid $(with_libraries sshd) -D -e -f "$SSH/sshd_config" >>"$LOGS/sshd.log" 2>&1 </dev/null &
    disown
    await sshd "$LOGS/sshd.log" answers_ssh
}

answers_ssh() { [[ -n $(pids "$LISTENER") ]] && ip netns exec "$CONTROLLER" bash -c "exec 3<>/dev/tcp/$FLOATING_IP/22"; }

# await NAME LOG COMMAND...
await() {
    local i
    for ((i = 0; i < 150; i++)); do
        "${@:3}" >/dev/null 2>&1 && { log "started $1"; return 0; }
        sleep 0.1
    done
    tail -n 20 "$2" >&2; die "$1 does not start"
}

sshd_stop() { end TERM "$LISTENER"; end KILL "$CONNECTION|^sshd:"; }

sshd_restart() { end TERM "$LISTENER"; sshd_start; }

cut_connections() { end KILL "$CONNECTION"; }

connections() { pids '^sshd: .*\[priv\]' | wc -l; }

# A route that swallows what goes to the desk, and so refuses what comes from there as well.
drop() { ip -n "$CONTROLLER" route replace blackhole "$DESK_ADDRESS/32"; }
undrop() { ip -n "$CONTROLLER" route del blackhole "$DESK_ADDRESS/32" 2>/dev/null || :; }

change_host_key() { host_keys; sshd_restart; }
own_host_keys() {
    rm -f "$SSH"/ssh_host_*
    local type
    for type in ed25519 ecdsa rsa; do
        install -m 600 "${1:-}/ssh_host_${type}_key" "$SSH/"
        $(with_libraries ssh-keygen) -y -f "$SSH/ssh_host_${type}_key" >"$SSH/ssh_host_${type}_key.pub"
    done
    sshd_restart
}
know_host() {
    awk -v hosts="$FLOATING_IP,$INNER_ADDRESS" '{ print hosts, $1, $2 }' "$SSH"/ssh_host_*_key.pub >"$DIR/desk/.ssh/known_hosts"
}
forbid_forwarding() { touch "$RUN/forwarding-forbidden"; sshd_restart; }
allow_forwarding() { rm -f "$RUN/forwarding-forbidden"; sshd_restart; }
forget_key() { to_user "$HOME_THERE/.ssh/authorized_keys" </dev/null; }
authorize_key() { to_user "$HOME_THERE/.ssh/authorized_keys" <"$DIR/desk/.ssh/id_ed25519.pub"; }
hide_kubeconfig() { rm -f "$HOME_THERE/.kube/config"; }
show_kubeconfig() {
    sed "s#^\( *server: \).*#\1https://$API_NAME:$API_PORT#" "$KUBE_LAB_DIR/kubeconfig-token" | to_user "$HOME_THERE/.kube/config"
}
greet() { to_user "$HOME_THERE/.bashrc" <<<"echo 'Welcome to controller-0'; echo 'a line of an error' >&2"; }
hush() { to_user "$HOME_THERE/.bashrc" </dev/null; }

# --------------------------------------------------------------------------
# Commands
# --------------------------------------------------------------------------

kube() { ip netns exec "$MACHINES" "$HERE/kube-lab.sh" "$@"; }

kubectl() {
    local cache=${KUBE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-$KUBE_LAB_DIR}/.cache}/hotstack-kube-lab}
    ip netns exec "$MACHINES" "$cache/bin/kubectl" --kubeconfig "$KUBE_LAB_DIR/kubeconfig" --cache-dir "$RUN/kubectl-cache" "$@"
}

up() {
    local why; why=$(can_run) || die "$why"
    [[ ! -e $DIR || -O $DIR ]] || die "$DIR belongs to somebody else"
    packages
    is_ours || ! exists "$CONTROLLER" || die "the namespaces are those of another lab; CONTROLLER_LAB_NETNS names others"
    settings
    namespaces
    kube up
    [[ -f $SSH/ssh_host_rsa_key ]] || host_keys
    users_key
    [[ -f $HOME_THERE/.kube/config ]] || home
    start_dnsmasq
    sshd_start
    log "up: $0 desk ssh $USER_NAME@$FLOATING_IP"
}

reset() {
    local was=$([[ -e $RUN/forwarding-forbidden ]] && echo 1)
    undrop
    rm -f "$RUN/forwarding-forbidden" "$DIR/desk/.ssh/known_hosts"*
    home
    [[ -z $was ]] || end TERM "$LISTENER"
    sshd_start
    kube status >/dev/null 2>&1 || kube up
    # Nodes that send no heartbeats are called silent after a while.
    [[ -n $(find "$RUN/heard-of" -mmin -3 2>/dev/null) ]] || { kube workers 1; touch "$RUN/heard-of"; }
}

down() {
    is_ours || return 0
    local name i
    [[ ! -d $KUBE_LAB_DIR/run ]] || "$HERE/kube-lab.sh" down
    for name in "$DESK" "$CONTROLLER" "$MACHINES"; do
        exists "$name" || continue
        for ((i = 0; i < 50; i++)); do
            [[ -n $(ip netns pids "$name") ]] || break
            kill "-$( ((i < 30)) && echo TERM || echo KILL)" $(ip netns pids "$name") 2>/dev/null || :
            sleep 0.1
        done
        ip netns delete "$name"
    done
}

wipe() {
    down
    [[ ! -d $KUBE_LAB_DIR ]] || "$HERE/kube-lab.sh" wipe
    rm -rf "$DIR"/{bin,etc,run,logs,home,ssh,tmp,desk,kube}
}

status() {
    local name ok=0
    for name in "$DESK" "$CONTROLLER" "$MACHINES"; do
        if exists "$name"; then
            printf '%-22s %s\n' "$name" "$(ip -n "$name" -4 -brief address | awk '$1 != "lo" {print $3}' | paste -sd' ')"
        else
            printf '%-22s missing\n' "$name"; ok=1
        fi
    done
    for name in dnsmasq sshd; do
        local pid; pid=$(pids "$([[ $name = sshd ]] && echo "$LISTENER" || echo '/dnsmasq ')" | head -n 1)
        printf '%-22s %s\n' "$name" "${pid:+pid $pid}"
        [[ -n $pid ]] || ok=1
    done
    if exists "$MACHINES"; then kube status || ok=1; fi
    return $ok
}

command=${1:-}; [[ $# = 0 ]] || shift
case $command in
    up | down | wipe | status | packages | reset | drop | undrop | greet | hush | connections | kube | kubectl) "$command" "$@" ;;
    can-run | sshd-stop | sshd-start | sshd-restart | change-host-key | forbid-forwarding | allow-forwarding | forget-key | \
        authorize-key | hide-kubeconfig | show-kubeconfig | know-host) "${command//-/_}" ;;
    host-keys) own_host_keys "$@" ;;
    cut) cut_connections ;;
    desk) in_desk "$@" ;;
    controller) in_controller "$@" ;;
    *) sed -n '2,/^set -euo/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
