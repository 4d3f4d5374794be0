#!/usr/bin/env bash
# Tries a stock kubectl (Debian's kubernetes-client, or the one in $KUBE_LAB_CACHE/bin) on the sandbox's cluster.
# Prints `ok NAME` or `FAILED NAME` for each check and `N passed, N failed` at the end; exit 1 on failure.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Nothing of the caller's cluster.
unset KUBECONFIG "${!OS_@}"
export LC_ALL=C.UTF-8
PATH=$PATH:${KUBE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/hotstack-kube-lab}/bin
if ! command -v kubectl >/dev/null; then
    echo 'SKIPPED: there is no kubectl (Debian: kubernetes-client), nor KUBE_LAB_CACHE'
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi

temp=$(mktemp -d)
passed=0 failed=0 server=''
finish() {
    [[ -n $server ]] && { exec 3>&-; wait "$server"; }
    rm -rf "$temp"
}
trap finish EXIT
if [[ -z ${HOTSTACK_SANDBOX:-}${HOTSTACK_BUILT:-} ]]; then
    dotnet build -v quiet -nologo "$root/src/Hotstack.SnapSet.Sandbox" >"$temp/build" 2>&1 || { cat "$temp/build"; exit 1; }
fi
program=${HOTSTACK_SANDBOX:-$(ls -t "$root"/src/Hotstack.SnapSet.Sandbox/bin/*/net*/Hotstack.SnapSet.Sandbox.dll | head -n 1)}
mkfifo "$temp/input"
: >"$temp/output"
dotnet "$program" serve --machine-readable --speed 20 <"$temp/input" >"$temp/output" 2>"$temp/errors" &
server=$!
exec 3>"$temp/input"
until read -r ready address _ kubeconfig _ <"$temp/output" && [[ $ready == ready ]]; do
    kill -0 "$server" 2>/dev/null || { echo "the sandbox does not start:"; cat "$temp/errors"; exit 1; }
    sleep 0.2
done
export KUBECONFIG=$kubeconfig address HOME=$temp # where kubectl caches discovery

# check NAME PATTERN COMMAND...: the command succeeds, and its output has a match of the pattern, if one is given.
check() {
    local name=$1 pattern=$2
    shift 2
    if timeout 120 "$@" >"$temp/out" 2>&1 && { [[ -z $pattern ]] || grep -Eq -- "$pattern" "$temp/out"; }; then
        echo "ok $name"
        passed=$((passed + 1))
    else
        echo "FAILED $name: $*"
        sed 's/^/    /' "$temp/out"
        failed=$((failed + 1))
    fi
}

# sandbox PATH [JSON]: the sandbox's own endpoint.
sandbox() {
    curl -fsS -X POST -H 'Content-Type: application/json' -d "${2:-{\}}" "${address}sandbox/$1"
}
export -f sandbox

image=$(kubectl -n openshift-machine-config-operator get pods -o 'jsonpath={.items[0].spec.containers[0].image}')
cat >"$temp/helper.yaml" <<Y
apiVersion: v1
kind: Pod
metadata: {name: helper, namespace: helpers}
spec:
  nodeName: worker1
  restartPolicy: Never
  containers:
  - {name: host, image: "$image", command: [chroot, /host, shutdown, -h, "+60"]}
Y
cat >"$temp/csr.yaml" <<Y
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: mine}
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [digital signature, client auth]
  request: $(openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout /dev/null -subj /CN=somebody 2>/dev/null | base64 -w0)
Y

check 'version' 'Server Version' kubectl version
check 'get --raw /readyz' '^ok' kubectl get --raw /readyz
check 'get --raw /readyz?verbose' 'readyz check passed' kubectl get --raw '/readyz?verbose'
check 'api-resources' 'clusteroperators' kubectl api-resources
check 'api-versions' 'route.openshift.io/v1' kubectl api-versions
check 'config get-contexts' 'restricted' kubectl config get-contexts
check 'get nodes' 'master0 +Ready +control-plane,master' kubectl get nodes
check 'get nodes -o wide' '192\.168\.32\.10' kubectl get nodes -o wide
check 'get nodes -o yaml' 'lastHeartbeatTime' kubectl get nodes -o yaml
check 'get nodes by label' 'worker1' kubectl get nodes -l node-role.kubernetes.io/worker
check 'describe node' 'KubeletReady' kubectl describe node master0
check 'get clusteroperators' 'authentication +4.* True +False +False' kubectl get clusteroperators
check 'get clusterversion' 'version +4' kubectl get clusterversion
check 'get mcp' 'master +True' kubectl get mcp
check 'get apiservices' 'v1.route.openshift.io' kubectl get apiservices
check 'get pods -A -o wide' 'Completed' kubectl get pods -A -o wide
check 'get pods in pages' 'etcd-master0' kubectl get pods -A --chunk-size 3
check 'get secret' 'tls.crt' kubectl -n openshift-kube-apiserver-operator get secret aggregator-client-signer -o yaml
check 'get route' 'console' kubectl -n openshift-console get routes
check 'logs' 'started' kubectl -n openshift-etcd logs etcd-master0
check 'kubelet metrics' 'client_ttl_seconds [0-9]' kubectl get --raw /api/v1/nodes/worker0/proxy/metrics
check 'auth can-i' 'yes' kubectl auth can-i list nodes
check 'auth can-i, restricted' 'no' bash -c 'kubectl --context restricted auth can-i list nodes || true'
check 'restricted is refused' 'cannot list resource "nodes"' bash -c '! kubectl --context restricted get nodes'
check 'restricted gets clusterversion' 'version' kubectl --context restricted get clusterversion
check 'operator token' 'master0' kubectl --context operator get nodes
check 'cordon' 'cordoned' kubectl cordon worker0
check 'is cordoned' 'SchedulingDisabled' kubectl get node worker0
check 'drain' 'drained|evicted' kubectl drain worker0 --ignore-daemonsets --delete-emptydir-data --timeout=60s
check 'uncordon' 'uncordoned' kubectl uncordon worker0
check 'create namespace' 'created' kubectl create namespace helpers
check 'service account' '' bash -c 'for _ in $(seq 50); do kubectl -n helpers get serviceaccount default && exit; sleep 0.1; done; exit 1'
check 'create pod' 'created' kubectl create --validate=false -f "$temp/helper.yaml"
check 'pod has run' '' bash -c 'for _ in $(seq 50); do [[ $(kubectl -n helpers get pod helper -o jsonpath={.status.phase}) == Succeeded ]] && exit; sleep 0.1; done; exit 1'
check 'pod log' 'Shutdown scheduled' kubectl -n helpers logs helper
check 'label' 'labeled' kubectl -n helpers label pod helper color=red
check 'annotate' 'annotated' kubectl annotate node worker1 note=here
check 'patch' 'patched' kubectl patch node worker1 --type merge -p '{"metadata":{"annotations":{"note":null}}}'
check 'delete pod' 'deleted' kubectl -n helpers delete pod helper
check 'delete namespace' 'deleted' kubectl delete namespace helpers
check 'create csr' 'created' kubectl create --validate=false -f "$temp/csr.yaml"
check 'get csr' 'mine .*system:admin +Pending' kubectl get csr
check 'certificate approve' 'approved' kubectl certificate approve mine
check 'csr is issued' 'Approved,Issued' bash -c 'sleep 1; kubectl get csr mine'
check 'hostile csrs' 'administrator' bash -c 'sandbox cluster/csrs/hostile'
check 'certificate deny' 'denied' bash -c 'kubectl certificate deny $(kubectl get csr -o name | grep -v mine | head -n 1)'
check 'get --watch' 'SchedulingDisabled' bash -c 'timeout 6 kubectl get node worker0 --watch & sleep 2; kubectl cordon worker0; wait; kubectl uncordon worker0'
check 'wait' 'condition met' kubectl wait --for=condition=Ready node/worker0 --timeout=30s
check 'stop a worker' 'done' bash -c "sandbox servers/worker0 '{\"vmState\":\"stopped\"}'"
check 'wait for it to be lost' 'condition met' kubectl wait --for=condition=Ready=Unknown node/worker0 --timeout=30s
check 'start a worker' 'done' bash -c "sandbox servers/worker0 '{\"vmState\":\"active\"}'"
check 'wait for it to be back' 'condition met' kubectl wait --for=condition=Ready node/worker0 --timeout=30s
check 'outage' 'done' bash -c "sandbox cluster/outage '{\"seconds\":15}'"
check 'the API is gone' '' bash -c '! kubectl get nodes --request-timeout=2s'
check 'and is back' 'master0' bash -c 'for _ in $(seq 30); do kubectl get nodes --request-timeout=5s && exit; sleep 1; done; exit 1'

echo "$passed passed, $failed failed"
((failed == 0))
