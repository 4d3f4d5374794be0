#!/usr/bin/env bash
#
# kube-lab.sh - a real Kubernetes API for tests, on one machine, without containers and without root.
#
# Runs etcd, kube-apiserver and kube-controller-manager as plain processes on loopback, behind TLS, and dresses the result
# up enough like an OpenShift 4 cluster for a client's tests (kube-seed.sh): operators, machine config pools, certificates,
# a route, nodes, CSRs. There is no scheduler and no container runtime, and no operator does anything; fake-kubelet.py
# stands in for the nodes: heartbeats, pods that name one, their logs, metrics, shutdowns, reboots.
#
# Where the binaries come from (everything through apt-get, nothing installed on the system, apt's signatures checked as
# usual):
#   etcd                     Debian package etcd-server
#   kubectl                  Debian package kubernetes-client
#   kube-apiserver,
#   kube-controller-manager  built from Debian's *source* package "kubernetes" with Debian's Go; Debian ships only kubectl
#                            as a binary. The build is done once and cached.
#
# Usage: kube-lab.sh COMMAND
#   up               build if not cached, make certificates, start, seed; may be repeated, does only what is missing
#   down             stop everything, keep the data
#   wipe             down, then delete certificates, data, logs, kubeconfigs
#   status           what runs, how big it is, what is in it; exit 1 if not up
#   build            only fill the binary cache
#   is-built         exit 0 if it is filled, and as it was built
#   seed             put nodes, operators, pools, certificates and roles into their initial state, delete all CSRs
#   kill-apiserver   SIGKILL the API server (simulates an outage) ...
#   start-apiserver  ... and bring it back
#   operator NAME TYPE STATUS [REASON]   set one condition of a ClusterOperator
#   certs rotated|young      the operators' certificates: of a cluster of weeks, or of one installed two hours ago
#                            (certificates of a day; the kubelets' with 22 hours left). What was deleted is back.
#   csr [NODE [ecdsa|rsa [KIND...]]]     add pending CSRs and print their names   [master-0 ecdsa client serving]
#                              client      a node's first or a lost client certificate, asked for by the node bootstrapper
#                              serving     the node's serving certificate
#                              renewal     the node renews its client certificate itself
#                              short       client without the usage "key encipherment", as kubelets 1.27 and later ask
#                                          with ecdsa; this signer is of 1.20 and does not issue it
#                              network     of another signer: kube-apiserver-client, asked for by the node
#                              stranger    client, asked for by some service account
#   ttl NODE CLIENT SERVER   what the kubelet's gauges say: seconds, +Inf, or missing
#   helper NODE ok|fail|hang|image       what becomes of helper pods on the node (see fake-kubelet.py)
#   workers NUMBER           so many workers, 1 to 200, for `up` and `seed` too; without heartbeats more than a few are no load
#   power-off NODE           the node falls silent: no heartbeats, no pods, no answers
#   reboot NODE              boots it, with a new boot id; returns when it is ready
#
# Environment:
#   KUBE_LAB_DIR        state: pki/, etcd/, logs/, nodes/, run/, kubeconfig*  [hotstack-kube-lab in $TMPDIR or /tmp]
#   KUBE_LAB_CACHE      built binaries, 170 MB; worth keeping between CI runs
#                       [hotstack-kube-lab in $XDG_CACHE_HOME or ~/.cache]
#   KUBE_LAB_PORT       API server port; etcd uses +1 and +2, the controller manager +3      [16443]
#   KUBE_LAB_ADDRESS    of the API server; the others stay on loopback                       [127.0.0.1]
#   KUBE_LAB_NAME       another name of the API server, for its certificate                  [none]
#   KUBE_LAB_CM         0: run without kube-controller-manager. CSRs are then never signed and namespaces never finish
#                       deleting.                                                            [1]
#   KUBE_LAB_OPENSHIFT  0: plain Kubernetes, no OpenShift API groups                         [1]
#   KUBE_LAB_HEARTBEAT  0: nodes send no heartbeats, and none is ever called dead            [1]
#   KUBE_LAB_KEEP       1: keep the build directory                                          [0]
#
# Kubeconfigs written to $KUBE_LAB_DIR:
#   kubeconfig              client certificate, cluster admin (system:masters)
#   kubeconfig-token        bearer token, user lab-operator: the rights a maintenance tool needs, nothing more
#   kubeconfig-restricted   bearer token, user lab-restricted: may read ClusterVersions; everything else is a 403
#   kubeconfig-expired      admin certificate that ran out in 2020: a 401
#   kubeconfig-foreign      admin certificate from a CA the server does not know: a 401
# Every request is recorded in $KUBE_LAB_DIR/logs/audit.log (one JSON a line), but for the cluster's own.

set -euo pipefail
umask 022

DIR=${KUBE_LAB_DIR:-${TMPDIR:-/tmp}/hotstack-kube-lab}
CACHE=${KUBE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-$DIR}/.cache}/hotstack-kube-lab}
PORT=${KUBE_LAB_PORT:-16443}
ETCD_PORT=$((PORT + 1)) ETCD_PEER_PORT=$((PORT + 2)) CM_PORT=$((PORT + 3))
WITH_CM=${KUBE_LAB_CM:-1}
WITH_OPENSHIFT=${KUBE_LAB_OPENSHIFT:-1}
WITH_HEARTBEAT=${KUBE_LAB_HEARTBEAT:-1}

HOST=${KUBE_LAB_ADDRESS:-127.0.0.1}
SERVER=https://$HOST:$PORT
PKI=$DIR/pki RUN=$DIR/run LOGS=$DIR/logs BIN=$CACHE/bin STATE=$DIR/nodes
EGRESS=$RUN/egress.sock                     # where the API server finds the way to the nodes
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The addresses exist nowhere: everything to a node goes through $EGRESS.
declare -a NODES
declare -A ADDRESS
name_nodes() {
    local i workers=1
    [[ ! -s $DIR/workers ]] || workers=$(<"$DIR/workers")
    NODES=() ADDRESS=()
    for ((i = 0; i < 3; i++)); do NODES+=("master-$i"); ADDRESS[master-$i]=192.168.34.$((10 + i)); done
    for ((i = 0; i < workers; i++)); do NODES+=("worker-$i"); ADDRESS[worker-$i]=192.168.34.$((20 + i)); done
}
name_nodes
KUBELET_PORT=10250

log() { printf '%s kube-lab: %s\n' "$(date +%T)" "$*" >&2; }
die() { log "error: $*"; exit 1; }

. "$HERE/kube-seed.sh"

# --------------------------------------------------------------------------
# Binaries
# --------------------------------------------------------------------------

# apt-get with its own sources, lists and cache below $1, so that neither the
# machine's apt configuration nor its package lists are touched or needed.
lab_apt() {
    local root=$1; shift
    "$1" -q \
        -o Dir::Etc::sourcelist="$root/debian.sources" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$root/lists" -o Dir::Cache="$root/cache" \
        -o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Cache::srcpkgcache=srcpkgcache.bin \
        -o APT::Sandbox::User=root -o APT::Update::Post-Invoke::= -o Acquire::Languages=none \
        -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
        -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
        "${@:2}"
}

# The record of a finished build names the binaries by their sums, and in comments what they were made of.
is_built() { [[ -f $CACHE/.complete ]] && (cd "$CACHE" && sha256sum --check --status .complete 2>/dev/null); }

build() (                                   # a subshell: own trap, own lock
    # What lies there is run: it must be nobody else's.
    [[ ! -e $CACHE || -O $CACHE ]] || die "$CACHE belongs to somebody else"
    ! is_built || exit 0                    # also when the cache is read-only
    mkdir -p "$BIN"
    exec 9>"$CACHE/.lock"; flock 9          # two jobs may share one cache
    ! is_built || exit 0                    # the other job has built it
    rm -f "$CACHE/.complete"

    rm -rf "$CACHE"/build.*                 # of a build that was killed
    work=$(mktemp -d "$CACHE/build.XXXXXX")
    [[ ${KUBE_LAB_KEEP:-0} = 1 ]] || trap 'rm -rf "$work"' EXIT
    local apt=$work/apt deb=$work/deb root=$work/root
    mkdir -p "$apt"/{lists,cache/archives}/partial "$deb" "$root"

    log "downloading from Debian"
    # The machine's own Debian repositories, their sources included.
    apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' 'Component: main' |
        sort -u | { grep '^bookworm' || :; } | while read -r suite uri; do
        printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
            "$uri" "$suite" /usr/share/keyrings/debian-archive-keyring.gpg
    done >"$apt/debian.sources"
    [[ -s $apt/debian.sources ]] || die "this machine's apt knows no Debian bookworm repository"
    lab_apt "$apt" apt-get update >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; die "apt-get update"; }
    (cd "$deb" && lab_apt "$apt" apt-get download etcd-server kubernetes-client \
        golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev &&
        lab_apt "$apt" apt-get source --download-only kubernetes) >>"$work/apt.log" 2>&1 ||
        { cat "$work/apt.log" >&2; die "download"; }
    local f; for f in "$deb"/*.deb; do dpkg-deb -x "$f" "$root"; done
    install -m755 "$root/usr/bin/etcd" "$root/usr/bin/kubectl" "$BIN/"

    # Kubernetes 1.20 is built the way its own Makefile does it: in GOPATH
    # mode, from the vendored tree.  (Debian's patches concern kubectl only
    # and are not applied.)
    local src=$work/go/src/k8s.io/kubernetes
    mkdir -p "$src"
    tar xzf "$deb"/kubernetes_*.orig.tar.gz -C "$src" --strip-components=1
    # The vendored reflect2 1.0.1 reaches into the runtime's map iterator and
    # does not survive Go 1.18 and later; Debian's package has the fixed 1.0.2.
    rm -rf "$src/vendor/github.com/modern-go/reflect2"
    cp -rL "$root/usr/share/gocode/src/github.com/modern-go/reflect2" "$src/vendor/github.com/modern-go/"

    (
        cd "$src"
        export GOROOT=$root/usr/lib/go-1.19 GOPATH=$work/go GOCACHE=$work/gocache \
            GO111MODULE=off CGO_ENABLED=0 GOFLAGS=''
        local go=$GOROOT/bin/go

        # One source file is not in the tarball: the OpenAPI definitions.
        log "generating OpenAPI definitions"
        "$go" build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
        local packages
        packages=$(grep -rl --include='*.go' '+k8s:openapi-gen=' pkg cmd vendor/k8s.io/*/ |
            grep -vE '^vendor/k8s.io/(code-generator|sample-apiserver|kube-openapi|gengo)/' |
            xargs -n1 dirname | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
        "$work/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
            -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt -r "$work/violations"

        # Version stamp: what /version and User-Agent report.
        local version commit pkg ldflags='-s -w -buildid='
        version=$(sed -nE "/'tag: v/{s/.*'tag: (v[0-9.]+)'.*/\1/p;q}" hack/lib/version.sh)
        commit=$(sed -nE "s/.*KUBE_GIT_COMMIT='([0-9a-f]{40})'.*/\1/p" hack/lib/version.sh)
        [[ $version =~ ^v1\.([0-9]+)\.[0-9]+$ ]] || die "cannot tell the version of the source"
        for pkg in k8s.io/kubernetes/vendor/k8s.io/{component-base,client-go/pkg}/version; do
            ldflags+=" -X $pkg.gitVersion=$version -X $pkg.gitCommit=$commit -X $pkg.gitTreeState=archive"
            ldflags+=" -X $pkg.gitMajor=1 -X $pkg.gitMinor=${BASH_REMATCH[1]} -X $pkg.buildDate=1970-01-01T00:00:00Z"
        done

        # "providerless" leaves the cloud providers' SDKs out.
        local c; for c in kube-apiserver kube-controller-manager; do
            log "building $c $version (minutes)"
            "$go" build -tags providerless -trimpath -ldflags "$ldflags" -o "$BIN/$c" "./cmd/$c"
        done
    )
    { (cd "$deb" && ls | sed 's/^/# /'); (cd "$CACHE" && sha256sum bin/*); } >"$work/complete"
    mv "$work/complete" "$CACHE/.complete"
)

# --------------------------------------------------------------------------
# Certificates and kubeconfigs
# --------------------------------------------------------------------------

# issue NAME SUBJECT EXTENSIONS [CA [DAYS]] - key and certificate signed by $PKI/CA.
# Keys are RSA in PKCS#1 form, which is what OpenShift's installer writes too.
issue() {
    local name=$1 subject=$2 ext=$3 ca=${4:-ca} days=${5:-365}
    openssl genrsa -traditional -out "$PKI/$name.key" 2048 2>/dev/null
    openssl req -new -key "$PKI/$name.key" -subj "$subject" -out "$PKI/$name.csr"
    openssl x509 -req -in "$PKI/$name.csr" -CA "$PKI/$ca.crt" -CAkey "$PKI/$ca.key" -days "$days" \
        -set_serial "0x$(openssl rand -hex 15)" -extfile <(printf '%s\n' "$ext") \
        -out "$PKI/$name.crt" 2>/dev/null
}

# issue_dated NAME SUBJECT EXTENSIONS CA NOT-BEFORE NOT-AFTER - the same with dates (YYYYMMDDHHMMSSZ), which only
# "openssl ca" takes. With CA = NAME it signs itself. A key that is there already is kept: they take long to make.
issue_dated() {
    local name=$1 ca=$4 db=$PKI/ca.d
    mkdir -p "$db" "$(dirname "$PKI/$name")"; : >"$db/index"
    cat >"$db/config" <<-C
	[ca]
	default_ca = lab
	[lab]
	database = $db/index
	rand_serial = yes
	new_certs_dir = $db
	unique_subject = no
	policy = any
	[any]
	organizationName = optional
	commonName = supplied
	C
    [[ -f $PKI/$name.key ]] || openssl genrsa -traditional -out "$PKI/$name.key" 2048 2>/dev/null
    openssl req -new -key "$PKI/$name.key" -subj "$2" -out "$PKI/$name.csr"
    local -a signer=(-cert "$PKI/$ca.crt" -keyfile "$PKI/$ca.key")
    [[ $ca != "$name" ]] || signer=(-selfsign -keyfile "$PKI/$name.key")
    openssl ca -batch -notext -config "$db/config" -in "$PKI/$name.csr" -out "$PKI/$name.crt" "${signer[@]}" -md sha256 \
        -extfile <(printf '%s\n' "$3") -startdate "$5" -enddate "$6" 2>"$db/log" || { cat "$db/log" >&2; die "certificate $name"; }
}

new_ca() {
    openssl req -x509 -newkey rsa:2048 -noenc -keyout "$PKI/$1.key" -out "$PKI/$1.crt" \
        -days 3650 -subj "/CN=$1" -addext 'keyUsage=critical,digitalSignature,keyCertSign' 2>/dev/null
}

certificates() {
    [[ -f $PKI/.complete ]] && return 0
    log "making certificates"
    rm -rf "$PKI"; mkdir -p "$PKI"; chmod 700 "$PKI"
    local client=extendedKeyUsage=clientAuth server=extendedKeyUsage=serverAuth,clientAuth
    new_ca ca
    new_ca foreign-ca
    issue etcd /CN=etcd "$server
subjectAltName=DNS:localhost,IP:127.0.0.1"
    local names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1,IP:$HOST
    issue apiserver /CN=kube-apiserver "$server
subjectAltName=$names${KUBE_LAB_NAME:+,DNS:$KUBE_LAB_NAME}"
    issue kubelet /O=system:nodes/CN=fake-kubelet "$server
subjectAltName=$(printf 'IP:192.168.34.%d\n' {10..219} | paste -sd,)"
    issue kubelet-client /O=system:masters/CN=lab-kubelet "$client"
    issue admin /O=system:masters/CN=lab-admin "$client"
    issue controller-manager /CN=system:kube-controller-manager "$client"
    issue foreign /O=system:masters/CN=lab-admin "$client" foreign-ca

    issue_dated expired /O=system:masters/CN=lab-admin "$client" ca 20200101000000Z 20200201000000Z

    openssl genrsa -traditional -out "$PKI/service-account.key" 2048 2>/dev/null
    openssl rsa -in "$PKI/service-account.key" -pubout -out "$PKI/service-account.pub" 2>/dev/null

    # Static bearer tokens: token,user,uid,"group,group"
    printf '%s,lab-operator,1001,lab-operators\n' "$(openssl rand -hex 24)" >"$PKI/tokens.csv"
    printf '%s,lab-restricted,1002\n' "$(openssl rand -hex 24)" >>"$PKI/tokens.csv"
    touch "$PKI/.complete"
}

# kubeconfig FILE USER-NAME USER-FIELDS(yaml, indented by 4)
kubeconfig() {
    local file=$DIR/$1
    (umask 077; cat >"$file.tmp" <<-K
	apiVersion: v1
	kind: Config
	clusters:
	- name: kube-lab
	  cluster:
	    server: $SERVER
	    certificate-authority-data: $(base64 -w0 <"$PKI/ca.crt")
	users:
	- name: $2
	  user:
	$3
	contexts:
	- name: kube-lab
	  context:
	    cluster: kube-lab
	    user: $2
	    namespace: default
	current-context: kube-lab
	K
    )
    mv "$file.tmp" "$file"
}

cert_user() {
    printf '    client-certificate-data: %s\n    client-key-data: %s' \
        "$(base64 -w0 <"$PKI/$1.crt")" "$(base64 -w0 <"$PKI/$1.key")"
}

token_user() { printf '    token: %s' "$(sed -n "s/^\([0-9a-f]*\),$1,.*/\1/p" "$PKI/tokens.csv")"; }

kubeconfigs() {
    kubeconfig kubeconfig lab-admin "$(cert_user admin)"
    kubeconfig kubeconfig-expired lab-admin "$(cert_user expired)"
    kubeconfig kubeconfig-foreign lab-admin "$(cert_user foreign)"
    kubeconfig kubeconfig-token lab-operator "$(token_user lab-operator)"
    kubeconfig kubeconfig-restricted lab-restricted "$(token_user lab-restricted)"
    kubeconfig run/controller-manager.kubeconfig system:kube-controller-manager "$(cert_user controller-manager)"
}

# --------------------------------------------------------------------------
# Processes
# --------------------------------------------------------------------------

# pid_of NAME - prints the pid if the process we started under NAME still runs.
# The process's start time is kept with the pid, so that a pid which the
# kernel has given to somebody else meanwhile is never taken for ours.
pid_of() {
    local pid start
    read -r pid start 2>/dev/null <"$RUN/$1.pid" || return 1
    [[ -n ${start:-} && $(start_time "$pid") = "$start" ]] && echo "$pid"
}

# Nothing is printed for a process that has ended.  One of several threads
# ends thread by thread: only when the last one is gone are its ports free.
start_time() {
    local -a threads=("/proc/$1/task/"*)
    awk -v threads=${#threads[@]} '{sub(/.*\) /, ""); if ($1 != "Z" || threads > 1) print $20}' "/proc/$1/stat" 2>/dev/null
}

# launch NAME COMMAND... - start in the background unless it runs already.
launch() {
    local name=$1; shift
    pid_of "$name" >/dev/null && return 0
    setsid "$@" >>"$LOGS/$name.log" 2>&1 </dev/null &
    echo "$! $(start_time $!)" >"$RUN/$name.pid"
    disown
    log "started $name (pid $!)"
}

# halt NAME [SIGNAL] - stop and wait until gone; KILL after 20 s.
halt() {
    local name=$1 pid i
    if pid=$(pid_of "$name"); then
        kill "-${2:-TERM}" "$pid"
        for ((i = 0; i < 200; i++)); do
            pid_of "$name" >/dev/null || break
            ((i == 180)) && kill -KILL "$pid"
            sleep 0.1
        done
        log "stopped $name (pid $pid)"
    fi
    rm -f "$RUN/$name.pid"
}

# await NAME WHAT COMMAND... - until COMMAND succeeds, or NAME dies, or 90 s.
await() {
    local name=$1 what=$2 i; shift 2
    for ((i = 0; i < 450; i++)); do
        "$@" >/dev/null 2>&1 && return 0
        pid_of "$name" >/dev/null || { tail -n 20 "$LOGS/$name.log" >&2; die "$name exited"; }
        sleep 0.2
    done
    tail -n 20 "$LOGS/$name.log" >&2; die "$what: timed out"
}

start_etcd() {
    local url=https://127.0.0.1:$ETCD_PORT peer=https://127.0.0.1:$ETCD_PEER_PORT
    # Without fsync: the data need not survive a power cut.
    launch etcd "$BIN/etcd" --name lab --data-dir "$DIR/etcd" --unsafe-no-fsync \
        --listen-client-urls "$url" --advertise-client-urls "$url" \
        --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "lab=$peer" \
        --cert-file "$PKI/etcd.crt" --key-file "$PKI/etcd.key" \
        --trusted-ca-file "$PKI/ca.crt" --client-cert-auth \
        --peer-cert-file "$PKI/etcd.crt" --peer-key-file "$PKI/etcd.key" \
        --peer-trusted-ca-file "$PKI/ca.crt" --peer-client-cert-auth
    await etcd "etcd health" curl -sf --cacert "$PKI/ca.crt" --cert "$PKI/etcd.crt" \
        --key "$PKI/etcd.key" "$url/health"
}

start_apiserver() {
    cat >"$RUN/audit-policy.yaml" <<-A
	apiVersion: audit.k8s.io/v1
	kind: Policy
	omitStages: [RequestReceived]
	rules:
	- level: None
	  users: ["system:apiserver", "system:kube-controller-manager", "lab-kubelet"]
	- level: None
	  userGroups: ["system:serviceaccounts:kube-system"]
	- level: Metadata
	A
    # Nodes are reached through a proxy, for the API server does not proxy to loopback addresses.
    cat >"$RUN/egress.yaml" <<-E
	apiVersion: apiserver.k8s.io/v1beta1
	kind: EgressSelectorConfiguration
	egressSelections:
	- name: cluster
	  connection:
	    proxyProtocol: HTTPConnect
	    transport: {uds: {udsName: $EGRESS}}
	E
    # --endpoint-reconciler-type=none: a loopback address may not be published
    # as the endpoint of the "kubernetes" service.
    # Without the controller manager nobody makes the service accounts that
    # pods need, and nobody lifts the taint that new nodes are born with.
    local -a without=()
    [[ $WITH_CM = 1 ]] || without=(--disable-admission-plugins "ServiceAccount,TaintNodesByCondition")
    launch apiserver "$BIN/kube-apiserver" --bind-address "$HOST" --secure-port "$PORT" \
        --advertise-address "$HOST" --endpoint-reconciler-type none \
        --etcd-servers "https://127.0.0.1:$ETCD_PORT" --etcd-cafile "$PKI/ca.crt" \
        --etcd-certfile "$PKI/etcd.crt" --etcd-keyfile "$PKI/etcd.key" \
        --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" \
        --client-ca-file "$PKI/ca.crt" --token-auth-file "$PKI/tokens.csv" --authorization-mode RBAC \
        --service-account-issuer "$SERVER" --service-account-key-file "$PKI/service-account.pub" \
        --service-account-signing-key-file "$PKI/service-account.key" \
        --service-cluster-ip-range 10.96.0.0/16 --allow-privileged \
        --kubelet-client-certificate "$PKI/admin.crt" --kubelet-client-key "$PKI/admin.key" \
        --kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
        --egress-selector-config-file "$RUN/egress.yaml" \
        --audit-policy-file "$RUN/audit-policy.yaml" --audit-log-path "$LOGS/audit.log" \
        --audit-log-maxsize 100 --audit-log-maxbackup 1 \
        "${without[@]}"
    await apiserver "API server readiness" api GET /readyz
}

start_controller_manager() {
    # Only the controllers that a client can notice. csrapproving is left out so that CSRs stay pending until the client
    # under test approves them; nodelifecycle taints cordoned nodes, and after 40 s of silence calls a node's state unknown;
    # disruption lets a budget stand in the way of an eviction. OpenShift's kubelets get certificates of 30 days.
    local -a controllers=(csrsigning csrcleaner namespace serviceaccount serviceaccount-token root-ca-cert-publisher
        garbagecollector clusterrole-aggregation nodelifecycle disruption)
    local grace=40s
    [[ $WITH_HEARTBEAT = 1 ]] || grace=87600h
    launch controller-manager "$BIN/kube-controller-manager" \
        --controllers "$(IFS=,; echo "${controllers[*]}")" \
        --kubeconfig "$RUN/controller-manager.kubeconfig" --use-service-account-credentials \
        --leader-elect=false --bind-address 127.0.0.1 --secure-port "$CM_PORT" --port 0 \
        --cluster-signing-cert-file "$PKI/ca.crt" --cluster-signing-key-file "$PKI/ca.key" --cluster-signing-duration 720h \
        --root-ca-file "$PKI/ca.crt" --service-account-private-key-file "$PKI/service-account.key" \
        --node-monitor-grace-period "$grace" --node-startup-grace-period 87600h
    # Pods are refused until this account exists.
    await controller-manager "default service account" \
        api GET /api/v1/namespaces/default/serviceaccounts/default
}

start_fake_kubelet() {
    local -a nodes=() without=()
    local name; for name in "${NODES[@]}"; do nodes+=("$name=${ADDRESS[$name]}"); done
    [[ $WITH_HEARTBEAT = 1 ]] || without=(--no-heartbeats)
    mkdir -p "$DIR/podlogs" "$STATE"
    launch fake-kubelet python3 "$HERE/fake-kubelet.py" --server "$SERVER" --pki "$PKI" --logs "$DIR/podlogs" \
        --state "$STATE" --socket "$EGRESS" "${without[@]}" "${nodes[@]}"
    await fake-kubelet "kubelets" test -S "$EGRESS"
}

# --------------------------------------------------------------------------
# Commands
# --------------------------------------------------------------------------

up() {
    command -v python3 >/dev/null || die "there is no python3 for the kubelets"
    ((${#EGRESS} < 100)) || die "$DIR is too long a path for a socket"
    [[ ! -e $DIR || -O $DIR ]] || die "$DIR belongs to somebody else"
    build
    mkdir -p "$RUN" "$LOGS"
    certificates
    kubeconfigs
    start_etcd
    start_apiserver
    [[ $WITH_CM = 1 ]] && start_controller_manager
    start_fake_kubelet
    [[ -f $RUN/seeded ]] || { seed; touch "$RUN/seeded"; }
    log "up: export KUBECONFIG=$DIR/kubeconfig"
}

down() {
    local name
    for name in fake-kubelet controller-manager apiserver etcd; do halt "$name"; done
}

wipe() {
    down
    rm -rf "$PKI" "$RUN" "$LOGS" "$DIR/etcd" "$DIR/podlogs" "$STATE"
    rm -f "$DIR/workers" "$DIR"/kubeconfig{,-token,-restricted,-expired,-foreign}
}

status() {
    local name pid ok=0
    for name in etcd apiserver controller-manager fake-kubelet; do
        if pid=$(pid_of "$name"); then
            printf '%-20s pid %-8s %4d MB\n' "$name" "$pid" "$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status")"
        else
            printf '%-20s not running\n' "$name"
            [[ $name = controller-manager && $WITH_CM != 1 ]] || ok=1
        fi
    done
    if api GET /readyz >/dev/null 2>&1; then
        printf '%-20s %s %s\n' server "$SERVER" "$(api GET /version | sed -n 's/.*"gitVersion": "\(.*\)".*/\1/p')"
        kubectl get nodes,csr -o wide
        [[ $WITH_OPENSHIFT != 1 ]] || kubectl get clusterversion,clusteroperators,machineconfigpools
    else
        printf '%-20s %s not ready\n' server "$SERVER"; ok=1
    fi
    return $ok
}

kubectl() { "$BIN/kubectl" --kubeconfig "$DIR/kubeconfig" --cache-dir "$RUN/kubectl-cache" "$@"; }

need_node() { [[ -n ${1:-} && -n ${ADDRESS[$1]:-} ]] || die "there is no node '${1:-}', but ${NODES[*]}"; mkdir -p "$STATE/$1"; }

# operator NAME TYPE STATUS [REASON]
operator() {
    local name=${1:-} type=${2:-} status=${3:-} reason=${4:-Lab} path=/apis/config.openshift.io/v1/clusteroperators/${1:-}
    [[ $name && $type && $status =~ ^(True|False|Unknown)$ ]] || die "operator NAME TYPE True|False|Unknown [REASON]"
    local found index was since
    found=$(kubectl get clusteroperator "$name" -o go-template='{{range $i, $c := .status.conditions}}{{if eq $c.type "'"$type"'"
        }}{{$i}} {{$c.status}} {{$c.lastTransitionTime}}{{end}}{{end}}')
    read -r index was since <<<"${found:--}"
    [[ $was = "$status" ]] || since=$(date -u +%FT%TZ)
    api PATCH "$path/status" application/json-patch+json >/dev/null <<-J
	[{"op": "$([[ $index = - ]] && echo add || echo replace)", "path": "/status/conditions/$index", "value": {
	  "type": "$type", "status": "$status", "reason": "$reason", "message": "$reason", "lastTransitionTime": "$since"}}]
	J
}

# ttl NODE CLIENT SERVER
ttl() {
    need_node "${1:-}"
    local value; for value in "${2:-}" "${3:-}"; do
        [[ $value =~ ^(-?[0-9]+(\.[0-9]+)?|\+Inf|missing)$ ]] || die "ttl NODE CLIENT SERVER: '$value' is not seconds, +Inf or missing"
    done
    echo "$2" >"$STATE/$1/client-ttl"; echo "$3" >"$STATE/$1/server-ttl"
}

# helper NODE MODE
helper() {
    need_node "${1:-}"
    [[ ${2:-} =~ ^(ok|fail|hang|image)$ ]] || die "helper NODE ok|fail|hang|image"
    echo "$2" >"$STATE/$1/helper"
}

# workers NUMBER
workers() {
    [[ ${1:-} =~ ^[0-9]+$ ]] && (($1 > 0 && $1 <= 200)) || die "workers NUMBER, 1 to 200"
    local -a gone=("${NODES[@]:$1 + 3}")
    echo "$1" >"$DIR/workers"
    name_nodes
    halt fake-kubelet
    if ((${#gone[@]})); then
        api DELETE "/api/v1/nodes?labelSelector=kubernetes.io%2Fhostname%20in%20($(IFS=,; echo "${gone[*]}"))" >/dev/null
        # Nobody would confirm that the daemons there have ended.
        api DELETE '/api/v1/namespaces/openshift-machine-config-operator/pods?gracePeriodSeconds=0' >/dev/null
    fi
    seed_nodes
    [[ $WITH_OPENSHIFT != 1 ]] || { seed_pool worker "$1"; seed_daemons; }
    start_fake_kubelet
}

power_off() { need_node "${1:-}"; rm -f "$STATE/$1/reboot"; : >"$STATE/$1/off"; }

reboot() {
    need_node "${1:-}"
    : >"$STATE/$1/reboot"
    await fake-kubelet "boot of $1" has_booted "$1"
}

has_booted() {
    [[ ! -e $STATE/$1/reboot ]] && [[ $(kubectl get node "$1" -o \
        'jsonpath={.status.nodeInfo.bootID} {.status.conditions[?(@.type=="Ready")].status}') = "$(<"$STATE/$1/boot-id") True" ]]
}

command=${1:-}; [[ $# = 0 ]] || shift
case $command in
    up | down | wipe | status | build | seed | operator | ttl | helper | workers | reboot) "$command" "$@" ;;
    certs) seed_certificates "${1:-}" ;;
    csr) add_csrs "$@" ;;
    power-off) power_off "$@" ;;
    is-built) is_built ;;
    kill-apiserver) halt apiserver KILL ;;
    start-apiserver) start_apiserver ;;
    *) sed -n '2,/^set -euo/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
