#!/usr/bin/env bash
# Tries stock OpenStack clients (Debian's python3-openstackclient and python3-openstacksdk) on the sandbox.
# Prints `ok NAME` or `FAILED NAME` for each check and `N passed, N failed` at the end; exit 1 on failure.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The clients are the distribution's: no other Python's modules, and nothing of the caller's cloud.
dotnet=$(command -v dotnet)
PATH=/usr/bin:/bin:$PATH
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV "${!OS_@}"
export LC_ALL=C.UTF-8

if ! command -v openstack >/dev/null; then
    echo 'openstack is not installed (Debian: python3-openstackclient python3-heatclient)'
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

if [[ -z ${HOTSTACK_BUILT:-} ]]; then
    "$dotnet" build -v quiet -nologo "$root/src/Hotstack.SnapSet.Sandbox" >"$temp/build" 2>&1 || { cat "$temp/build"; exit 1; }
fi
program=$(ls -t "$root"/src/Hotstack.SnapSet.Sandbox/bin/*/net*/Hotstack.SnapSet.Sandbox.dll | head -n 1)
mkfifo "$temp/input"
: >"$temp/output"
"$dotnet" "$program" serve --machine-readable --scenario sno --speed 20 <"$temp/input" >"$temp/output" 2>"$temp/errors" &
server=$!
exec 3>"$temp/input"
until read -r ready address yaml _ <"$temp/output" && [[ $ready == ready ]]; do
    kill -0 "$server" 2>/dev/null || { echo "the sandbox does not start:"; cat "$temp/errors"; exit 1; }
    sleep 0.2
done
export OS_CLIENT_CONFIG_FILE=$yaml OS_CLOUD=sandbox

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

# status NAME: the state of a server settles.
status() {
    for _ in $(seq 60); do
        [[ $(openstack server show -f value -c status "$1") == "$2" ]] && return
        sleep 0.5
    done
    return 1
}
export -f status


check 'token issue' 'project_id' openstack token issue
check 'token issue with an application credential' 'project_id' openstack --os-cloud sandbox-appcred token issue
check 'catalog list' 'orchestration' openstack catalog list
check 'server list' 'master0.*ACTIVE' openstack server list
check 'server list of an admin' 'other-server' openstack --os-cloud sandbox-admin server list --all-projects
# Heat's names end at random.
master0=$(openstack server list --name=-master0- -f value -c ID)
controller=$(openstack server list --name=-controller- -f value -c ID)
export master0
check 'server show' 'fa:16|192\.168\.32\.10' openstack server show "$master0"
check 'server stop' '' openstack server stop "$master0" "$controller"
check 'server is stopped' '' bash -c 'status "$master0" SHUTOFF'
check 'server image create --wait' 'active' openstack server image create --name snap-master0 --property color=red --wait "$master0"
check 'image show' "color='red'" openstack image show snap-master0
check 'image set' '' openstack image set --tag hotstack --tag role=ocp_master --property shape=round snap-master0
check 'image list --tag --tag' 'snap-master0' openstack image list --tag hotstack --tag role=ocp_master
check 'image list --property' 'snap-master0' openstack image list --property shape=round
check 'image unset' '' openstack image unset --tag hotstack --property shape snap-master0
check 'image set --protected' '' openstack image set --protected snap-master0
check 'image delete of a protected image fails' 'protected|Failed' bash -c '! openstack image delete snap-master0'
check 'image set --unprotected' '' openstack image set --unprotected snap-master0
check 'image delete' '' openstack image delete snap-master0
check 'image is gone' 'No Image found' bash -c '! openstack image show snap-master0'
check 'server start' '' openstack server start "$master0" "$controller"
check 'server is started' '' bash -c 'status "$master0" ACTIVE'
check 'server event list' 'createImage' openstack server event list "$master0"
check 'stack list' 'hs-sno.*CREATE_COMPLETE' openstack stack list
check 'stack show' 'snapset_data' openstack stack show hs-sno
check 'stack output list' 'controller_floating_ip' openstack stack output list hs-sno
check 'stack output show' 'ocp_master' openstack stack output show hs-sno snapset_data
check 'stack resource list' 'OS::Nova::Server' openstack stack resource list hs-sno
check 'stack event list' 'CREATE_COMPLETE' openstack stack event list hs-sno
cat >"$temp/small.yaml" <<'TEMPLATE'
heat_template_version: rocky
parameters:
  image: {type: string}
  node_params: {type: json, default: {flavor: hotstack.small}}
  secret: {type: string, hidden: true, default: hush}
resources:
  net: {type: OS::Neutron::Net}
  subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.77.0/24}}
  router: {type: OS::Neutron::Router, properties: {external_gateway_info: {network: public}}}
  leg: {type: OS::Neutron::RouterInterface, properties: {router: {get_resource: router}, subnet: {get_resource: subnet}}}
  port:
    type: OS::Neutron::Port
    properties: {network: {get_resource: net}, mac_address: "fa:16:9e:77:77:01", fixed_ips: [{ip_address: 192.168.77.10}]}
  floating: {type: OS::Neutron::FloatingIP, depends_on: leg, properties: {floating_network: public, port_id: {get_resource: port}}}
  init: {type: OS::Heat::CloudConfig, properties: {cloud_config: {write_files: [{path: /motd, content: {get_file: motd}}]}}}
  vol: {type: OS::Cinder::Volume, properties: {size: 5}}
  node:
    type: OS::Nova::Server
    properties:
      image: {get_param: image}
      flavor: {get_param: [node_params, flavor]}
      networks: [{port: {get_resource: port}}]
      user_data_format: RAW
      user_data: {get_resource: init}
      block_device_mapping_v2: [{boot_index: -1, volume_id: {get_resource: vol}, delete_on_termination: true}]
outputs:
  address: {value: {get_attr: [floating, floating_ip_address]}}
TEMPLATE
echo hello >"$temp/motd"
echo 'parameters: {image: ipxe-boot-usb}' >"$temp/small-env.yaml"
small=(-t "$temp/small.yaml" -e "$temp/small-env.yaml")
check 'stack create --dry-run' 'OS::Nova::Server' openstack stack create "${small[@]}" --dry-run small
check 'stack create --wait' 'CREATE_COMPLETE' openstack stack create "${small[@]}" --tags one,two --poll 1 --wait small
check 'stack show of a made stack' '198\.51\.100\.' openstack stack show small
check 'stack show hides hidden parameters' 'secret: .\*{6}' openstack stack show small
check 'stack resource list of a made stack' 'vol .*OS::Cinder::Volume.*CREATE_COMPLETE' openstack stack resource list small
check 'stack resource show' '192\.168\.77\.10' openstack stack resource show small node
check 'stack event list of a made stack' 'small\]: CREATE_COMPLETE' openstack stack event list small
check 'stack template show' 'heat_template_version' openstack stack template show small
check 'stack environment show' 'ipxe-boot-usb' openstack stack environment show small
check 'server of a stack' 'small-node-.*ACTIVE.*192\.168\.77\.10' openstack server list
check 'router list' 'small-router-' openstack router list
check 'floating ip list' '192\.168\.77\.10' openstack floating ip list
check 'stack update --dry-run' 'updated' openstack stack update --existing --parameter image=nat64-appliance --dry-run small
check 'stack update --wait' 'UPDATE_COMPLETE' openstack stack update --existing --parameter image=nat64-appliance --wait small
check 'template validate' 'Parameters' openstack orchestration template validate -t "$temp/small.yaml"
check 'stack create of a taken name' 'already exists' bash -c "! openstack stack create ${small[*]} small"
check 'stack create without a parameter' 'The Parameter \(image\) was not provided' bash -c "! openstack stack create -t $temp/small.yaml other"
check 'stack create of an unknown flavor' 'No Flavor matching' bash -c "! openstack stack create ${small[*]} --parameter node_params='{\"flavor\": \"nope\"}' other"
check 'stack delete --wait' '' openstack stack delete --yes --wait small
check 'stack is gone' 'hs-sno' bash -c '! openstack stack list | grep small && openstack stack list'
check 'port list --server' 'fa:16:9e:81:f6:10' openstack port list --server "$master0"
check 'network list' 'machine-net' openstack network list
check 'subnet list' '192.168.32.0/24' openstack subnet list
check 'flavor list' 'hotstack.xxlarge' openstack flavor list
check 'volume list' 'master0-lvms-0.*in-use' openstack volume list
check 'volume snapshot create' 'creating' openstack volume snapshot create --force --volume master0-lvms-0 data-snap
check 'volume snapshot list' 'data-snap' openstack volume snapshot list
check 'volume snapshot delete' '' openstack volume snapshot delete data-snap
check 'openstacksdk' 'all right' python3 "$root/tests/lab/stock-sdk.py"

echo "$passed passed, $failed failed"
((failed == 0))
