# shellcheck shell=bash
# kube-seed.sh - what is in the cluster of kube-lab.sh, which sources this file.

VERSION=4.7.0                               # the OpenShift with Kubernetes 1.20
SINCE=2021-03-01T08:00:00Z                  # when all became as it is
RELEASE=quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256

# api METHOD PATH [CONTENT-TYPE [curl options]] - as admin; body from stdin if
# a content type is given.  Fails (22) on any HTTP error.
api() {
    local method=$1 path=$2 type=${3:-}
    local -a opt=(-sS --fail-with-body -X "$method" --cacert "$PKI/ca.crt" --cert "$PKI/admin.crt" --key "$PKI/admin.key")
    [[ -n $type ]] && opt+=(-H "Content-Type: $type" --data-binary @-)
    curl "${opt[@]}" "${@:4}" "$SERVER$path"
}

# apply PATH - create or update the object at PATH from YAML on stdin, by
# server-side apply.
apply() {
    local out
    out=$(api PATCH "$1?fieldManager=kube-lab&force=true" application/apply-patch+yaml) || die "apply $1: $out"
}

# set_status PATH - replace the object's status by the JSON on stdin.  (A JSON
# patch, because a merge patch cannot set a field to null.)
set_status() {
    local out
    out=$(api PATCH "$1/status" application/json-patch+json \
        < <(printf '[{"op": "add", "path": "/status", "value": %s}]' "$(cat)")) || die "status of $1: $out"
}

# crd PLURAL KIND GROUP SCOPE EXTRA SCHEMA - a v1 CRD with one version, "v1",
# and a status subresource.  EXTRA goes under names, SCHEMA under properties.
crd() {
    apply "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/$1.$3" <<-Y
	apiVersion: apiextensions.k8s.io/v1
	kind: CustomResourceDefinition
	metadata: {name: $1.$3}
	spec:
	  group: $3
	  scope: $4
	  names: {plural: $1, singular: ${2,,}, kind: $2, listKind: ${2}List$5}
	  versions:
	  - name: v1
	    served: true
	    storage: true
	    subresources: {status: {}}
	    additionalPrinterColumns: $7
	    schema:
	      openAPIV3Schema:
	        type: object
	        required: [spec]
	        properties: $6
	Y
    await apiserver "CRD $1" api GET "/apis/$3/v1/$1"
}

# The schemas hold the fields of the documented config.openshift.io/v1 API,
# with the constraints a client can run into (required fields, enums, formats).
openshift_crds() {
    local str='{type: string}' time='{type: string, format: date-time}'
    local condition="{type: object, required: [type, status, lastTransitionTime], properties: {
        type: $str, status: $str, reason: $str, message: $str, lastTransitionTime: $time}}"
    local release="{type: object, properties: {version: $str, image: $str, url: $str, channels: {type: array, items: $str}}}"
    local status_of="jsonPath: '.status.conditions[?(@.type==\""

    crd clusteroperators ClusterOperator config.openshift.io Cluster ', shortNames: [co]' "{
        spec: {type: object},
        status: {type: object, properties: {
          conditions: {type: array, items: $condition},
          versions: {type: array, items: {type: object, properties: {name: $str, version: $str}}},
          relatedObjects: {type: array, items: {type: object, required: [group, name, resource],
            properties: {group: $str, resource: $str, namespace: $str, name: $str}}},
          extension: {type: object, nullable: true, x-kubernetes-preserve-unknown-fields: true}}}}" "[
        {name: Version, type: string, jsonPath: '.status.versions[?(@.name==\"operator\")].version'},
        {name: Available, type: string, ${status_of}Available\")].status'},
        {name: Progressing, type: string, ${status_of}Progressing\")].status'},
        {name: Degraded, type: string, ${status_of}Degraded\")].status'},
        {name: Since, type: date, ${status_of}Available\")].lastTransitionTime'}]"

    crd clusterversions ClusterVersion config.openshift.io Cluster '' "{
        spec: {type: object, required: [clusterID], properties: {
          clusterID: $str, channel: $str, upstream: $str,
          desiredUpdate: {type: object, properties: {version: $str, image: $str, force: {type: boolean}}},
          overrides: {type: array, items: {type: object, required: [group, kind, name, namespace, unmanaged],
            properties: {group: $str, kind: $str, namespace: $str, name: $str, unmanaged: {type: boolean}}}}}},
        status: {type: object, required: [availableUpdates, desired, observedGeneration, versionHash], properties: {
          availableUpdates: {type: array, nullable: true, items: $release},
          conditions: {type: array, items: $condition},
          desired: $release,
          history: {type: array, items: {type: object,
            required: [completionTime, image, startedTime, state, verified], properties: {
              state: {type: string, enum: [Completed, Partial]}, version: $str, image: $str, verified: {type: boolean},
              startedTime: $time, completionTime: {type: string, format: date-time, nullable: true}}}},
          observedGeneration: {type: integer, format: int64},
          versionHash: $str}}}" "[
        {name: Version, type: string, jsonPath: '.status.history[?(@.state==\"Completed\")].version'},
        {name: Available, type: string, ${status_of}Available\")].status'},
        {name: Progressing, type: string, ${status_of}Progressing\")].status'},
        {name: Status, type: string, ${status_of}Progressing\")].message'}]"

    # On a real cluster an aggregated API; here just enough for discovery.
    crd routes Route route.openshift.io Namespaced '' "{
        spec: {type: object, required: [to], x-kubernetes-preserve-unknown-fields: true, properties: {
          host: $str, to: {type: object, required: [kind, name], properties: {kind: $str, name: $str}}}},
        status: {type: object, x-kubernetes-preserve-unknown-fields: true}}" \
        "[{name: Host, type: string, jsonPath: .spec.host}]"
}

# The fields of machineconfiguration.openshift.io/v1 and operator.openshift.io/v1 that a client of the cluster's state reads.
operator_crds() {
    local str='{type: string}' int='{type: integer, format: int32}' time='{type: string, format: date-time, nullable: true}'
    local conditions="{type: array, items: {type: object, required: [type], properties: {
        type: $str, status: $str, reason: $str, message: $str, lastTransitionTime: $time}}}"
    local open='{type: object, x-kubernetes-preserve-unknown-fields: true}'

    crd machineconfigpools MachineConfigPool machineconfiguration.openshift.io Cluster ', shortNames: [mcp]' "{
        spec: {type: object, properties: {paused: {type: boolean}, configuration: $open,
          machineConfigSelector: $open, nodeSelector: $open, maxUnavailable: {x-kubernetes-int-or-string: true}}},
        status: {type: object, properties: {
          configuration: $open, conditions: $conditions, observedGeneration: {type: integer, format: int64},
          machineCount: $int, updatedMachineCount: $int, readyMachineCount: $int,
          unavailableMachineCount: $int, degradedMachineCount: $int}}}" "[
        {name: Config, type: string, jsonPath: .status.configuration.name},
        {name: Updated, type: string, jsonPath: '.status.conditions[?(@.type==\"Updated\")].status'},
        {name: Updating, type: string, jsonPath: '.status.conditions[?(@.type==\"Updating\")].status'},
        {name: Degraded, type: string, jsonPath: '.status.conditions[?(@.type==\"Degraded\")].status'},
        {name: MachineCount, type: number, jsonPath: .status.machineCount},
        {name: ReadyMachineCount, type: number, jsonPath: .status.readyMachineCount}]"

    local kind
    for kind in Etcd KubeAPIServer KubeControllerManager; do
        crd "${kind,,}s" "$kind" operator.openshift.io Cluster '' "{
            spec: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {
              managementState: $str, forceRedeploymentReason: $str}},
            status: {type: object, properties: {
              conditions: $conditions, version: $str, observedGeneration: {type: integer, format: int64},
              readyReplicas: $int, latestAvailableRevision: $int, latestAvailableRevisionReason: $str,
              nodeStatuses: {type: array, items: {type: object, required: [nodeName], properties: {nodeName: $str,
                currentRevision: $int, targetRevision: $int, lastFailedRevision: $int,
                lastFailedRevisionErrors: {type: array, nullable: true, items: $str}}}}}}}" '[]'
    done

    crd infrastructures Infrastructure config.openshift.io Cluster '' "{
        spec: {type: object, properties: {cloudConfig: $open, platformSpec: $open}},
        status: {type: object, properties: {
          infrastructureName: $str, platform: $str, platformStatus: $open, 
          apiServerURL: $str, apiServerInternalURI: $str}}}" '[]'
}

# conditions TYPE=STATUS[:REASON]... - as a JSON list
conditions() {
    local each comma=
    printf '['
    for each; do
        [[ $each =~ ^([^=]+)=([^:]+)(:(.*))?$ ]]
        printf '%s{"type": "%s", "status": "%s", "reason": "%s", "lastTransitionTime": "%s"}' "$comma" \
            "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-AsExpected}" "$SINCE"
        comma=', '
    done
    printf ']'
}

namespace() { apply "/api/v1/namespaces/$1" <<<"{apiVersion: v1, kind: Namespace, metadata: {name: $1}}"; }

seed_openshift() {
    openshift_crds
    operator_crds
    local base=/apis/config.openshift.io/v1 now name
    now=$(date -u +%FT%TZ)

    for name in authentication console dns etcd ingress kube-apiserver kube-controller-manager \
        kube-scheduler machine-config monitoring network node-tuning openshift-apiserver storage; do
        apply "$base/clusteroperators/$name" \
            <<<"{apiVersion: config.openshift.io/v1, kind: ClusterOperator, metadata: {name: $name}, spec: {}}"
        set_status "$base/clusteroperators/$name" <<-J
	{"versions": [{"name": "operator", "version": "$VERSION"}],
	 "conditions": $(conditions Available=True Progressing=False Degraded=False Upgradeable=True)}
	J
    done

    local image; image=quay.io/openshift-release-dev/ocp-release@sha256:$(printf '%064d' 0)
    apply "$base/clusterversions/version" <<-Y
	apiVersion: config.openshift.io/v1
	kind: ClusterVersion
	metadata: {name: version}
	spec: {clusterID: 00000000-0000-4000-8000-000000000001, channel: stable-4.7}
	Y
    set_status "$base/clusterversions/version" <<-J
	{"observedGeneration": 1, "versionHash": "kube-lab", "availableUpdates": null,
	  "desired": {"version": "$VERSION", "image": "$image"},
	  "history": [{"state": "Completed", "version": "$VERSION", "image": "$image", "verified": false,
	               "startedTime": "$SINCE", "completionTime": "$SINCE"}],
	  "conditions": [
	    {"type": "Available",   "status": "True",  "message": "Done applying $VERSION", "lastTransitionTime": "$SINCE"},
	    {"type": "Failing",     "status": "False", "lastTransitionTime": "$SINCE"},
	    {"type": "Progressing", "status": "False", "message": "Cluster version is $VERSION", "lastTransitionTime": "$now"}]}
	J

    apply "$base/infrastructures/cluster" <<-Y
	apiVersion: config.openshift.io/v1
	kind: Infrastructure
	metadata: {name: cluster}
	spec: {platformSpec: {type: None}}
	Y
    set_status "$base/infrastructures/cluster" <<-J
	{"infrastructureName": "lab-x7k2m", "platform": "None", "platformStatus": {"type": "None"},
	 "apiServerURL": "https://api.lab.example.com:6443", "apiServerInternalURI": "https://api-int.lab.example.com:6443"}
	J

    seed_pool master 3
    seed_pool worker $((${#NODES[@]} - 3))
    seed_static_pods Etcd "$(conditions EtcdMembersAvailable=True EtcdMembersDegraded=False StaticPodsAvailable=True \
        NodeInstallerProgressing=False:AllNodesAtLatestRevision NodeInstallerDegraded=False NodeControllerDegraded=False)"
    for name in KubeAPIServer KubeControllerManager; do
        seed_static_pods "$name" "$(conditions StaticPodsAvailable=True \
            NodeInstallerProgressing=False:AllNodesAtLatestRevision NodeInstallerDegraded=False NodeControllerDegraded=False)"
    done

    namespace openshift-console
    apply /apis/route.openshift.io/v1/namespaces/openshift-console/routes/console <<-Y
	apiVersion: route.openshift.io/v1
	kind: Route
	metadata: {name: console, namespace: openshift-console}
	spec:
	  host: console-openshift-console.apps.lab.example.com
	  port: {targetPort: https}
	  tls: {termination: reencrypt, insecureEdgeTerminationPolicy: Redirect}
	  to: {kind: Service, name: console, weight: 100}
	Y
    seed_daemons
}

# seed_pool NAME MACHINES
seed_pool() {
    local path=/apis/machineconfiguration.openshift.io/v1/machineconfigpools/$1
    apply "$path" <<-Y
	apiVersion: machineconfiguration.openshift.io/v1
	kind: MachineConfigPool
	metadata: {name: $1, labels: {machineconfiguration.openshift.io/mco-built-in: ""}}
	spec:
	  paused: false
	  nodeSelector: {matchLabels: {node-role.kubernetes.io/$1: ""}}
	  machineConfigSelector: {matchLabels: {machineconfiguration.openshift.io/role: $1}}
	  configuration: {name: rendered-$1-0}
	Y
    set_status "$path" <<-J
	{"observedGeneration": 1, "configuration": {"name": "rendered-$1-0"},
	 "machineCount": $2, "updatedMachineCount": $2, "readyMachineCount": $2,
	 "unavailableMachineCount": 0, "degradedMachineCount": 0,
	 "conditions": $(conditions NodeDegraded=False RenderDegraded=False Degraded=False Updated=True Updating=False)}
	J
}

# seed_static_pods KIND CONDITIONS - an operator of static pods with all masters at its latest revision
seed_static_pods() {
    local path=/apis/operator.openshift.io/v1/${1,,}s/cluster name nodes=
    apply "$path" <<<"{apiVersion: operator.openshift.io/v1, kind: $1, metadata: {name: cluster}, spec: {managementState: Managed}}"
    for name in "${NODES[@]}"; do
        [[ $name != master-* ]] || nodes+="${nodes:+, }{\"nodeName\": \"$name\", \"currentRevision\": 7, \"targetRevision\": 0}"
    done
    set_status "$path" <<<"{\"conditions\": $2, \"latestAvailableRevision\": 7, \"readyReplicas\": 0, \"nodeStatuses\": [$nodes]}"
}

# The machine config daemons: their image is on every node. The DaemonSet has no controller here.
seed_daemons() {
    local ns=openshift-machine-config-operator image proxy set=machine-config-daemon i uid
    image=$RELEASE:$(printf '%064d' 1) proxy=$RELEASE:$(printf '%064d' 2)
    namespace "$ns"
    local containers="[
          {name: machine-config-daemon, image: '$image', command: [/usr/bin/machine-config-daemon], args: [start]},
          {name: kube-rbac-proxy, image: '$proxy'}]"
    apply "/apis/apps/v1/namespaces/$ns/daemonsets/$set" <<-Y
	apiVersion: apps/v1
	kind: DaemonSet
	metadata: {name: $set, namespace: $ns}
	spec:
	  selector: {matchLabels: {k8s-app: $set}}
	  template:
	    metadata: {labels: {k8s-app: $set}}
	    spec: {hostNetwork: true, hostPID: true, containers: $containers}
	Y
    uid=$(kubectl -n "$ns" get daemonset "$set" -o 'jsonpath={.metadata.uid}')
    [[ $WITH_CM != 1 ]] ||
        await controller-manager "service account of $ns" api GET "/api/v1/namespaces/$ns/serviceaccounts/default"
    local -a suffix=(4dm6c 9x2lp hv7tq zk5wr)
    for i in "${!NODES[@]}"; do
        # A pod's name has five letters or digits of its own.
        apply "/api/v1/namespaces/$ns/pods/$set-${suffix[i]:=$(printf 'w%04d' "$i")}" <<-Y
	apiVersion: v1
	kind: Pod
	metadata:
	  name: $set-${suffix[i]}
	  namespace: $ns
	  labels: {k8s-app: $set}
	  ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: $set, uid: $uid, controller: true, blockOwnerDeletion: true}]
	spec:
	  nodeName: ${NODES[i]}
	  hostNetwork: true
	  hostPID: true
	  priorityClassName: system-node-critical
	  tolerations: [{operator: Exists}]
	  containers: $containers
	Y
    done
}

# --- certificates of the operators -------------------------------------------

KAO=openshift-kube-apiserver-operator KA=openshift-kube-apiserver MANAGED=openshift-config-managed
KCMO=openshift-kube-controller-manager-operator KCM=openshift-kube-controller-manager

# seed_certificates rotated|young - what certificate rotation leaves in the cluster: signers and what they signed, labelled
# and annotated with their validity, on which the certificates inside really end.
seed_certificates() {
    local kind=$1 old issued hours life which=self aggregator=self
    case $kind in
        rotated) old=$((10 * 24)) issued=$((5 * 24)) hours=$((60 * 24)) life=$((30 * 24)) ;;
        young) old=2 issued=2 hours=24 life=24 which=kubelet-signer aggregator=aggregator-signer ;;
        *) die "certs rotated|young" ;;
    esac
    local ns; for ns in $KAO $KA $MANAGED $KCMO $KCM; do namespace "$ns"; done
    rm -f "$PKI"/openshift-*/*.crt

    #           namespace name                       type   signer                            age    hours of life  refresh
    # The installer's own signers have names of their own.
    [[ $which = self ]] || { seed_root kubelet-signer "$old" "$hours"; seed_root aggregator-signer "$old" "$hours"; }
    seed_secret $KCMO csr-signer-signer                signer "$which"                          "$old" "$hours" 720h
    seed_secret $KCMO csr-signer                       target $KCMO/csr-signer-signer           "$issued" "$life" 360h
    seed_secret $KAO  aggregator-client-signer         signer "$aggregator"                     "$issued" "$life" 360h
    seed_secret $KAO  kube-apiserver-to-kubelet-signer signer self                              "$old" 8760 7008h
    seed_secret $KAO  kube-control-plane-signer        signer self                              "$old" $((60 * 24)) 720h
    seed_secret $KAO  node-system-admin-signer         signer self                              "$old" $((3 * 8760)) 21024h
    seed_secret $KAO  node-system-admin-client         target $KAO/node-system-admin-signer     "$old" $((2 * 8760)) 14016h
    for ns in loadbalancer localhost localhost-recovery service-network; do
        seed_secret $KAO  "$ns-serving-signer"         signer self                              "$old" 87600 70080h
    done
    seed_secret $KA   internal-loadbalancer-serving-certkey target $KAO/loadbalancer-serving-signer "$issued" "$life" 360h recovered
    seed_secret $KA   external-loadbalancer-serving-certkey target $KAO/loadbalancer-serving-signer "$issued" "$life" 360h recovered
    seed_secret $KA   localhost-serving-cert-certkey   target $KAO/localhost-serving-signer     "$issued" "$life" 360h recovered
    seed_secret $KA   service-network-serving-certkey  target $KAO/service-network-serving-signer "$issued" "$life" 360h recovered
    seed_secret $KA   localhost-recovery-serving-certkey target $KAO/localhost-recovery-serving-signer "$old" 87600 70080h
    seed_secret $KA   aggregator-client                target $KAO/aggregator-client-signer     "$issued" "$life" 360h recovered
    seed_secret $KA   kubelet-client                   target $KAO/kube-apiserver-to-kubelet-signer "$issued" "$life" 360h recovered
    for ns in kube-controller-manager kube-scheduler; do
        seed_secret $MANAGED "$ns-client-cert-key"     target $KAO/kube-control-plane-signer    "$issued" "$life" 360h recovered
    done

    # The controller manager's copy of its signer has no annotations.
    put_secret $KCM csr-signer "$PKI/$KCMO/csr-signer" '{}' '{}' '[]'

    # A copy of an older revision of the API server: long expired, and of no importance.
    apply "/api/v1/namespaces/$KA/configmaps/revision-status-3" \
        <<<"{apiVersion: v1, kind: ConfigMap, metadata: {name: revision-status-3, namespace: $KA}, data: {status: Succeeded}}"
    local uid; uid=$(kubectl -n $KA get configmap revision-status-3 -o 'jsonpath={.metadata.uid}')
    seed_secret $KA localhost-recovery-serving-certkey-3 target $KAO/localhost-recovery-serving-signer 2000 1000 360h '' \
        "[{apiVersion: v1, kind: ConfigMap, name: revision-status-3, uid: $uid}]"

    apply "/api/v1/namespaces/$KCMO/configmaps/csr-controller-signer-ca" <<-Y
	apiVersion: v1
	kind: ConfigMap
	metadata:
	  name: csr-controller-signer-ca
	  namespace: $KCMO
	  labels: {auth.openshift.io/managed-certificate-type: ca-bundle}
	data: {ca-bundle.crt: "$(awk '{printf "%s\\n", $0}' "$PKI/$KCMO/csr-signer-signer.crt")"}
	Y

    local name
    for name in "${NODES[@]}"; do
        if [[ $kind = young ]]; then ttl "$name" $((22 * 3600)) $((22 * 3600)); else ttl "$name" 1728000 1728000; fi
    done
}

hours_ago() { date -u -d "$1 hours ago" +%Y%m%d%H%M%SZ; }

seed_root() { issue_dated "$1" "/CN=$1" basicConstraints=critical,CA:TRUE "$1" "$(hours_ago "$2")" "$(hours_ago $(($2 - $3)))"; }

# seed_secret NAMESPACE NAME TYPE SIGNER AGE HOURS REFRESH [recovered] [OWNERS] - SIGNER is `self` or what signs it
seed_secret() {
    local cert=$1/$2 signer=$4 subject extensions
    extensions=basicConstraints=critical,CA:TRUE subject=$1_$2@$(date -d "$5 hours ago" +%s)
    [[ $2 = *signer ]] || extensions=extendedKeyUsage=clientAuth,serverAuth subject=system:$2
    # (Openssl allows a common name of 64 characters; the real ones may be longer.)
    [[ $signer != self ]] || signer=$cert
    issue_dated "$cert" "/CN=${subject:0:64}" "$extensions" "$signer" "$(hours_ago "$5")" "$(hours_ago $(($5 - $6)))"
    put_secret "$1" "$2" "$PKI/$cert" "{auth.openshift.io/managed-certificate-type: $3}" "{
	    auth.openshift.io/certificate-not-before: '$(cert_date "$PKI/$cert.crt" start)',
	    auth.openshift.io/certificate-not-after: '$(cert_date "$PKI/$cert.crt" end)',
	    auth.openshift.io/certificate-issuer: '$(openssl x509 -in "$PKI/$cert.crt" -noout -issuer -nameopt multiline |
            sed -n 's/^ *commonName *= //p')',
	    certificates.openshift.io/refresh-period: ${7}0m0s${8:+,
	    certificates.openshift.io/auto-regenerate-after-offline-expiry: lab}}" "${9:-[]}"
}

# put_secret NAMESPACE NAME FILES LABELS ANNOTATIONS OWNERS
put_secret() {
    apply "/api/v1/namespaces/$1/secrets/$2" <<-Y
	apiVersion: v1
	kind: Secret
	type: kubernetes.io/tls
	metadata:
	  name: $2
	  namespace: $1
	  labels: $4
	  annotations: $5
	  ownerReferences: $6
	data: {tls.crt: $(base64 -w0 <"$3.crt"), tls.key: $(base64 -w0 <"$3.key")}
	Y
}

cert_date() { date -u -d "$(openssl x509 -in "$1" -noout "-${2}date" | cut -d= -f2)" +%FT%TZ; }

# --- nodes, rights ---------------------------------------------------------------

seed_nodes() {
    local i name now role; now=$(date -u +%FT%TZ)
    for i in "${!NODES[@]}"; do
        name=${NODES[i]} role=${NODES[i]%-*}
        mkdir -p "$STATE/$name"
        rm -f "$STATE/$name"/{off,reboot,scheduled,helper,client-ttl,server-ttl}
        [[ -f $STATE/$name/boot-id ]] || cat /proc/sys/kernel/random/uuid >"$STATE/$name/boot-id"
        apply "/api/v1/nodes/$name" <<-Y
	apiVersion: v1
	kind: Node
	metadata:
	  name: $name
	  labels: {kubernetes.io/hostname: $name, kubernetes.io/os: linux, kubernetes.io/arch: amd64, node-role.kubernetes.io/$role: ""}
	spec: {unschedulable: false}
	Y
        set_status "/api/v1/nodes/$name" <<-J
	{
	  "addresses": [{"type": "InternalIP", "address": "${ADDRESS[$name]}"}, {"type": "Hostname", "address": "$name"}],
	  "daemonEndpoints": {"kubeletEndpoint": {"Port": $KUBELET_PORT}},
	  "capacity": {"cpu": "4", "memory": "16Gi", "pods": "250"},
	  "allocatable": {"cpu": "3500m", "memory": "15Gi", "pods": "250"},
	  "nodeInfo": {"kubeletVersion": "v1.20.2", "kubeProxyVersion": "v1.20.2", "operatingSystem": "linux",
	    "architecture": "amd64", "osImage": "kube-lab", "kernelVersion": "0", "containerRuntimeVersion": "none://0",
	    "machineID": "$(printf '%032d' "$i")", "systemUUID": "", "bootID": "$(<"$STATE/$name/boot-id")"},
	  "conditions": [
	    {"type": "MemoryPressure", "status": "False", "lastHeartbeatTime": "$now", "lastTransitionTime": "$SINCE"},
	    {"type": "DiskPressure", "status": "False", "lastHeartbeatTime": "$now", "lastTransitionTime": "$SINCE"},
	    {"type": "PIDPressure", "status": "False", "lastHeartbeatTime": "$now", "lastTransitionTime": "$SINCE"},
	    {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
	     "lastHeartbeatTime": "$now", "lastTransitionTime": "$SINCE"}]}
	J
    done
}

# role NAME SUBJECT-KIND SUBJECT RULES - a ClusterRole bound to one subject.
role() {
    local rbac=/apis/rbac.authorization.k8s.io/v1
    apply "$rbac/clusterroles/$1" <<-Y
	apiVersion: rbac.authorization.k8s.io/v1
	kind: ClusterRole
	metadata: {name: $1}
	rules: $4
	Y
    apply "$rbac/clusterrolebindings/$1" <<-Y
	apiVersion: rbac.authorization.k8s.io/v1
	kind: ClusterRoleBinding
	metadata: {name: $1}
	roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $1}
	subjects: [{apiGroup: rbac.authorization.k8s.io, kind: $2, name: $3}]
	Y
}

seed_roles() {
    # What docs/cluster.md says that is needed. (Only kubectl, which waits for what it deletes, watches pods.)
    role lab-operator Group lab-operators '
        - {apiGroups: [""], resources: [nodes], verbs: [get, list, patch]}
        - {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
        - {apiGroups: [""], resources: [namespaces], verbs: [get, list, create, delete]}
        - {apiGroups: [""], resources: [serviceaccounts], verbs: [create]}
        - {apiGroups: [""], resources: [pods], verbs: [get, list, watch, create, delete]}
        - {apiGroups: [""], resources: [pods/log], verbs: [get]}
        - {apiGroups: [""], resources: [pods/eviction], verbs: [create]}
        - {apiGroups: [""], resources: [secrets], verbs: [get, list, delete]}
        - {apiGroups: [""], resources: [configmaps], verbs: [get]}
        - {apiGroups: [apps], resources: [daemonsets], verbs: [get]}
        - {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [get, list]}
        - {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
        - apiGroups: [certificates.k8s.io]
          resources: [signers]
          resourceNames: [kubernetes.io/kube-apiserver-client-kubelet, kubernetes.io/kubelet-serving]
          verbs: [approve]
        - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, list]}
        - {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: [list]}
        - apiGroups: [config.openshift.io, operator.openshift.io, machineconfiguration.openshift.io, route.openshift.io]
          resources: ["*"]
          verbs: [get, list]'
    role lab-restricted User lab-restricted '
        - {apiGroups: [config.openshift.io], resources: [clusterversions], verbs: [get, list, watch]}'
    # As on OpenShift, where the group of the nodes is served by an authorizer of its own.
    local csr='[{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create, get, list, watch]}]'
    role lab-node-bootstrapper Group system:serviceaccounts:openshift-machine-config-operator "$csr"
    role lab-nodes Group system:nodes "$csr"
    role lab-stranger Group system:serviceaccounts:default "$csr"
    # The class of the pods of `oc debug`.
    apply /apis/scheduling.k8s.io/v1/priorityclasses/openshift-user-critical \
        <<<'{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: openshift-user-critical}, value: 1000000000}'
}

seed() {
    log "seeding"
    seed_roles
    seed_nodes
    api DELETE /apis/certificates.k8s.io/v1/certificatesigningrequests >/dev/null
    [[ $WITH_OPENSHIFT = 1 ]] || return 0
    seed_openshift
    seed_certificates rotated
}

# --- certificate signing requests ------------------------------------------------

# request_csr NODE KEY SIGNER USAGES AS-USER AS-GROUPS [SANS] - a pending CSR for the node, made by impersonation, so that
# it carries the requestor that it would really have. Prints its name.
request_csr() {
    local key request group
    local -a as=(-H "Impersonate-User: $5" -H 'Impersonate-Group: system:authenticated')
    for group in $6; do as+=(-H "Impersonate-Group: $group"); done
    local -a algorithm=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256)
    [[ $2 = ecdsa ]] || algorithm=(-algorithm RSA -pkeyopt rsa_keygen_bits:2048)
    key=$(openssl genpkey "${algorithm[@]}" 2>/dev/null)
    request=$(openssl req -new -key /dev/stdin -subj "/O=system:nodes/CN=system:node:$1" ${7:+-addext "subjectAltName=$7"} \
        <<<"$key" | base64 -w0)
    local answer
    answer=$(api POST /apis/certificates.k8s.io/v1/certificatesigningrequests application/json "${as[@]}" <<-J
	{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"generateName": "csr-"},
	 "spec": {"signerName": "kubernetes.io/$3", "usages": $4, "request": "$request"}}
	J
    ) || die "CSR: $answer"
    sed -nE 's/^    "name": "(csr-[a-z0-9]+)",?$/\1/p' <<<"$answer"
}

# add_csrs [NODE [ecdsa|rsa [KIND...]]]
add_csrs() {
    local node=${1:-master-0} key=${2:-ecdsa} kind ns=openshift-machine-config-operator
    need_node "$node"
    [[ $key =~ ^(ecdsa|rsa)$ ]] || die "csr NODE ecdsa|rsa KIND..."
    local client=kube-apiserver-client-kubelet accounts=system:serviceaccounts
    local usages='["digital signature", "key encipherment", "client auth"]'
    for kind in "${@:3}"; do
        [[ $kind =~ ^(client|serving|renewal|short|network|stranger)$ ]] || die "there is no kind '$kind' of CSR"
    done
    local -a kinds=("${@:3}"); ((${#kinds[@]})) || kinds=(client serving)
    for kind in "${kinds[@]}"; do
        case $kind in
            client) request_csr "$node" "$key" $client "$usages" \
                "system:serviceaccount:$ns:node-bootstrapper" "$accounts $accounts:$ns" ;;
            serving) request_csr "$node" "$key" kubelet-serving "${usages/client/server}" \
                "system:node:$node" system:nodes "DNS:$node,IP:${ADDRESS[$node]}" ;;
            renewal) request_csr "$node" "$key" $client "$usages" "system:node:$node" system:nodes ;;
            short) request_csr "$node" "$key" $client '["digital signature", "client auth"]' \
                "system:serviceaccount:$ns:node-bootstrapper" "$accounts $accounts:$ns" ;;
            network) request_csr "$node" "$key" kube-apiserver-client "$usages" "system:node:$node" system:nodes ;;
            stranger) request_csr "$node" "$key" $client "$usages" \
                system:serviceaccount:default:default "$accounts $accounts:default" ;;
        esac
    done
}
