#!/usr/bin/env bash
# What tests may rely on in a running kube-lab (see kube-lab.sh), tried with kubectl and curl: one line for each check,
# then `N passed, N failed`; exit 1 if one failed. Leaves the lab seeded.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=$here/kube-lab.sh
DIR=${KUBE_LAB_DIR:-${TMPDIR:-/tmp}/hotstack-kube-lab}
CACHE=${KUBE_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-$DIR}/.cache}/hotstack-kube-lab}
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# k [as KUBECONFIG-SUFFIX] ARGUMENTS... - kubectl, as admin if nothing is said
k() {
    local config=$DIR/kubeconfig
    if [[ $1 = as ]]; then config+=-$2; shift 2; fi
    "$CACHE/bin/kubectl" --kubeconfig "$config" --cache-dir "$tmp/cache" "$@" 2>&1
}

# check NAME REGEX TEXT
check() {
    if [[ $3 =~ $2 ]]; then
        printf 'ok    %s\n' "$1"; passed=$((passed + 1))
    else
        printf 'FAIL  %s: %s\n' "$1" "$3"; failed=$((failed + 1))
    fi
}

# eventually REGEX COMMAND... - up to 15 s; prints the last output
eventually() {
    local want=$1 out i; shift
    for ((i = 0; i < 75; i++)); do out=$("$@"); [[ $out =~ $want ]] && break; sleep 0.2; done
    printf '%s' "$out"
}

SERVER=$(sed -n 's/^ *server: //p' "$DIR/kubeconfig")
token() { sed -n 's/^ *token: //p' "$DIR/kubeconfig-$1"; }
request() { curl -s --cacert "$DIR/pki/ca.crt" "$@"; }
code() { request -o /dev/null -w '%{http_code}' "$@"; }
operator=(-H "Authorization: Bearer $(token token)") restricted=(-H "Authorization: Bearer $(token restricted)")
admin=(--cert "$DIR/pki/admin.crt" --key "$DIR/pki/admin.key")

echo '--- nodes'
check 'cordon' 'master-1 cordoned' "$(k as token cordon master-1)"
check 'the node controller adds its taint' unschedulable \
    "$(eventually unschedulable k get node master-1 -o 'jsonpath={.spec.taints[*].key}')"
check 'uncordon' 'master-1 uncordoned' "$(k as token uncordon master-1)"
check 'the taint goes' '^$' "$(eventually '^$' k get node master-1 -o 'jsonpath={.spec.taints[*].key}')"
lease() { k as token -n kube-node-lease get lease master-0 -o 'jsonpath={.spec.renewTime}'; }
was=$(eventually '^20' lease)
has_moved() { [[ $(lease) != "$was" ]] && echo moved; }
check 'the lease is renewed' '^moved$' "$(eventually moved has_moved)"
boot_id() { k as token get node worker-0 -o 'jsonpath={.status.nodeInfo.bootID}'; }
was=$(boot_id)
"$lab" power-off worker-0
metrics=$SERVER/api/v1/nodes/worker-0/proxy/metrics
check 'a node that is off does not answer' '^50[0-9]$' "$(eventually '^50' code "${operator[@]}" "$metrics")"
"$lab" reboot worker-0
check 'a reboot is a new boot' '^[0-9a-f-]{36} differs$' "$(boot_id) $([[ $(boot_id) != "$was" ]] && echo differs)"
check 'metrics through the node proxy' 'kubelet_certificate_manager_client_ttl_seconds 1.728e\+06' "$(request "${operator[@]}" "$metrics")"
"$lab" ttl worker-0 3600.5 +Inf
check 'gauge of the client' 'client_ttl_seconds 3600.5' "$(request "${operator[@]}" "$metrics")"
check 'gauge without end' 'server_ttl_seconds \+Inf' "$(request "${operator[@]}" "$metrics")"
"$lab" ttl worker-0 60 missing
check 'no gauge' '^0$' "$(request "${operator[@]}" "$metrics" | grep -c server_ttl)"
check 'health through the node proxy' '^ok$' "$(request "${operator[@]}" "$SERVER/api/v1/nodes/worker-0/proxy/healthz")"
check 'not for everybody' '^403$' "$(code "${restricted[@]}" "$metrics")"

echo '--- helper pods'
# helper NODE SCRIPT - a helper pod in its own namespace lab-check
helper() {
    printf '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "helper-%s", "namespace": "lab-check",
        "labels": {"app.kubernetes.io/managed-by": "hotstack-snapset"}},
      "spec": {"nodeName": "%s", "restartPolicy": "Never", "priorityClassName": "openshift-user-critical",
        "hostPID": true, "tolerations": [{"operator": "Exists"}],
        "containers": [{"name": "c", "image": "i", "command": ["/bin/sh", "-c", "%s"], "securityContext": {"privileged": true}}]}}' \
        "$1" "$1" "$2" | k as token create -f -
}
phase() { k as token -n lab-check get pod "helper-$1" -o 'jsonpath={.status.phase}'; }
discard() { k as token -n lab-check delete pod "helper-$1" --timeout=10s >/dev/null; }
check 'namespace' created "$(k as token create namespace lab-check)"
check 'a helper pod' created "$(eventually 'created|AlreadyExists' helper worker-0 \
    'chroot /host shutdown -h +5 && cat /host/run/systemd/shutdown/scheduled')"
check 'ends well' '^Succeeded$' "$(eventually Succeeded phase worker-0)"
check 'says when' 'USEC=[0-9]{16}.*MODE=poweroff' "$(k as token -n lab-check logs helper-worker-0 | tr '\n' ' ')"
discard worker-0
helper worker-0 'chroot /host shutdown -c; chroot /host cat /run/systemd/shutdown/scheduled' >/dev/null
check 'another cancels' '^Succeeded$' "$(eventually Succeeded phase worker-0)"
check 'and nothing is scheduled' 'No such file' "$(k as token -n lab-check logs helper-worker-0)"
"$lab" helper master-0 fail; "$lab" helper master-1 hang; "$lab" helper master-2 image
for node in master-0 master-1 master-2; do helper $node 'chroot /host shutdown -h +1' >/dev/null; done
check 'a helper that fails' '^Failed$' "$(eventually Failed phase master-0)"
check 'a helper that hangs' '^Running$' "$(sleep 2; phase master-1)"
check 'a helper without image' '^Pending ImagePullBackOff$' "$(k as token -n lab-check get pod helper-master-2 -o \
    'jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}')"
check 'has no log' '^400$' "$(code "${operator[@]}" "$SERVER/api/v1/namespaces/lab-check/pods/helper-master-2/log")"
check 'eviction' '^201$' "$(code "${operator[@]}" -H 'Content-Type: application/json' -d '{"apiVersion": "policy/v1beta1",
    "kind": "Eviction", "metadata": {"name": "helper-master-1"}}' "$SERVER/api/v1/namespaces/lab-check/pods/helper-master-1/eviction")"
printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"job","namespace":"lab-check","annotations":{"kube-lab/exit-code":"3"}},
    "spec":{"nodeName":"master-0","restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}' | k as token create -f - >/dev/null
check 'a pod by annotation' '^Failed 3$' "$(eventually Failed k -n lab-check get pod job -o \
    'jsonpath={.status.phase} {.status.containerStatuses[0].state.terminated.exitCode}')"
check 'the namespace goes' deleted "$(k as token delete namespace lab-check --timeout=60s)"

echo '--- OpenShift'
check 'one degraded operator' '^$' "$("$lab" operator etcd Degraded True Lab 2>&1)"
check 'is seen' '^True Lab$' "$(k as token get co etcd -o 'jsonpath={range .status.conditions[?(@.type=="Degraded")]}{.status} {.reason}{end}')"
check 'pools' '^master:3 worker:1 $' "$(k as token get mcp -o 'jsonpath={range .items[*]}{.metadata.name}:{.status.readyMachineCount} {end}')"
for kind in etcd kubeapiserver kubecontrollermanager; do
    check "revision of $kind" '^7:7,7,7,$' "$(k as token get "$kind.operator.openshift.io" cluster -o \
        'jsonpath={.status.latestAvailableRevision}:{range .status.nodeStatuses[*]}{.currentRevision},{end}')"
done
check 'platform' '^None$' "$(k as token get infrastructure cluster -o 'jsonpath={.status.platform}')"
check 'a route' '^console-' "$(k as token -n openshift-console get route console -o 'jsonpath={.spec.host}')"
check 'a daemon on each node' '^4$' "$(k as token -n openshift-machine-config-operator get pod -o name | grep -c machine-config-daemon)"
check 'an API group that is not there' '^404$' "$(code "${operator[@]}" "$SERVER/apis/project.openshift.io/v1")"
list=$(request "${operator[@]}" -H 'Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' \
    "$SERVER/api/v1/secrets?labelSelector=auth.openshift.io/managed-certificate-type")
check 'certificates without their keys' 'PartialObjectMetadataList' "$list"
check 'and no data' '^0$' "$(grep -c '"data"' <<<"$list")"
signer() { k as token -n openshift-kube-controller-manager-operator get secret csr-signer-signer -o 'jsonpath={.metadata.annotations}'; }
"$lab" certs young 2>/dev/null
check 'certificates of a young cluster' 'certificate-issuer":"kubelet-signer' "$(signer)"

echo '--- certificate signing requests'
mapfile -t csrs < <("$lab" csr master-1 ecdsa client serving renewal; "$lab" csr worker-0 rsa client)
for csr in "${csrs[@]}"; do
    check 'not for everybody' '[Ff]orbidden' "$(k as restricted certificate approve "$csr")"
    check 'approved' approved "$(k as token certificate approve "$csr")"
    eventually . k get csr "$csr" -o 'jsonpath={.status.certificate}' | base64 -d >"$tmp/crt"
    check 'issued' 'O = system:nodes, CN = system:node:(master-1|worker-0)' "$(openssl x509 -in "$tmp/crt" -noout -subject 2>&1)"
done
csr=$("$lab" csr master-1 ecdsa short); k as token certificate approve "$csr" >/dev/null
check 'what this signer does not issue' 'Failed' "$(eventually Failed k get csr "$csr" -o 'jsonpath={.status.conditions[*].type}')"
csr=$("$lab" csr master-1 ecdsa network)
check 'another signer is not ours' '[Ff]orbidden' "$(k as token certificate approve "$csr")"

echo '--- who may what'
nodes=$SERVER/api/v1/nodes
check 'client certificate' '^200$' "$(code "${admin[@]}" "$nodes")"
check 'token without the right' '^403$' "$(code "${restricted[@]}" "$nodes")"
check 'its one right' '^version$' "$(k as restricted get clusterversions -o 'jsonpath={.items[*].metadata.name}')"
check 'a node is not for the tool to delete' '[Ff]orbidden' "$(k as token delete node master-0)"
check 'nobody' '^403$' "$(code "$nodes")"
check 'unknown token' '^401$' "$(code -H 'Authorization: Bearer nonsense' "$nodes")"
check 'expired certificate' '^401$' "$(code --cert "$DIR/pki/expired.crt" --key "$DIR/pki/expired.key" "$nodes")"
check 'certificate of another CA' '^401$' "$(code --cert "$DIR/pki/foreign.crt" --key "$DIR/pki/foreign.key" "$nodes")"

echo '--- outage'
"$lab" kill-apiserver 2>/dev/null
check 'connection refused' '^000 7$' "$(code "${admin[@]}" "$nodes"; echo " $?")"
"$lab" start-apiserver 2>/dev/null
check 'back' '^200$' "$(eventually 200 code "${operator[@]}" "$nodes")"
check 'with its data' '^True$' "$(k get co etcd -o 'jsonpath={.status.conditions[?(@.type=="Degraded")].status}')"

"$lab" seed 2>/dev/null
check 'seeded again' '^False$' "$(k get co etcd -o 'jsonpath={.status.conditions[?(@.type=="Degraded")].status}')"
check 'certificates as well' 'certificate-issuer":"openshift-' "$(signer)"
check 'no CSR is left' 'No resources found' "$(k get csr)"

printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
