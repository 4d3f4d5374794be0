using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Sandbox;

/// <summary>A cloud to make stacks in.</summary>
public abstract class StackTest : SandboxTest
{
    /// <summary>What one template can say of what Hotstack's say: parameters of all types, all functions, a resource of most types.</summary>
    protected const string Whole = """
        heat_template_version: rocky
        description: A deployment in small
        parameters:
          dns_servers: {type: comma_delimited_list, default: "192.0.2.1,192.0.2.2"}
          pub_key: {type: string}
          secret: {type: string, hidden: true, default: hush}
          outside: {type: string, default: public}
          specs: {type: json, default: {mtu: 1442} }
          bus:
            type: string
            default: scsi
            constraints: [{allowed_values: [sata, scsi]}]
          count: {type: number, default: 2, constraints: [{range: {min: 1, max: 5} }]}
          extra: {type: boolean, default: false}
          node_params: {type: json, default: {image: ipxe-boot-usb, flavor: hotstack.xxlarge} }
        conditions:
          has_extra: {equals: [{get_param: extra}, true]}
        resources:
          net:
            type: OS::Neutron::Net
            properties: {port_security_enabled: false, value_specs: {get_param: specs} }
          subnet:
            type: OS::Neutron::Subnet
            properties:
              network: {get_resource: net}
              ip_version: 4
              cidr: 192.168.50.0/24
              allocation_pools: [{start: 192.168.50.100, end: 192.168.50.150}]
          subnet6:
            type: OS::Neutron::Subnet
            properties: {network: {get_resource: net}, ip_version: 6, cidr: "fd00:50::/64", gateway_ip: null, ipv6_ra_mode: slaac, ipv6_address_mode: slaac}
          router:
            type: OS::Neutron::Router
            properties: {admin_state_up: true, external_gateway_info: {network: {get_param: outside} } }
          leg:
            type: OS::Neutron::RouterInterface
            properties: {router: {get_resource: router}, subnet: {get_resource: subnet} }
          users:
            type: OS::Heat::CloudConfig
            properties:
              cloud_config:
                write_files:
                  - path: /etc/hosts
                    content:
                      str_replace:
                        template: "$node node\n$nodes\n"
                        params: {$node: {get_attr: [node-port, fixed_ips, 0, ip_address]}, $nodes: {get_param: [dns_servers, 1]} }
                  - {path: /poap.py, content: {get_file: files/poap.py} }
          init:
            type: OS::Heat::MultipartMime
            properties: {parts: [{config: {get_resource: users} }]}
          options:
            type: OS::Heat::Value
            properties: {type: json, value: {extra_dhcp_opts: [{opt_name: "60", opt_value: HTTPClient}]} }
          group:
            type: OS::Neutron::SecurityGroup
            properties: {rules: [{protocol: tcp}]}
          node-port:
            type: OS::Neutron::Port
            properties:
              network: {get_resource: net}
              mac_address: "fa:16:9e:81:f6:10"
              fixed_ips: [{ip_address: 192.168.50.10}]
              value_specs: {get_attr: [options, value]}
          trunk-port: {type: OS::Neutron::Port, properties: {network: {get_resource: net} } }
          sub-port: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, security_groups: [{get_resource: group}]} }
          trunk:
            type: OS::Neutron::Trunk
            properties:
              port: {get_resource: trunk-port}
              sub_ports: [{port: {get_resource: sub-port}, segmentation_id: 20, segmentation_type: vlan}]
          floating:
            type: OS::Neutron::FloatingIP
            depends_on: leg
            properties: {floating_network: {get_param: outside}, port_id: {get_resource: node-port} }
          key: {type: OS::Nova::KeyPair, properties: {name: lab, public_key: {get_param: pub_key} } }
          vol: {type: OS::Cinder::Volume, properties: {size: 20} }
          late-vol: {type: OS::Cinder::Volume, properties: {size: {get_param: count}, name: late} }
          node:
            type: OS::Nova::Server
            properties:
              image: {get_param: [node_params, image]}
              flavor: {get_param: [node_params, flavor]}
              key_name: {get_resource: key}
              user_data_format: RAW
              user_data: {get_resource: init}
              metadata: {owner: {get_param: "OS::stack_name"} }
              block_device_mapping_v2: [{boot_index: -1, device_type: disk, volume_id: {get_resource: vol}, delete_on_termination: true}]
              networks: [{port: {get_resource: node-port} }, {port: {get_attr: [trunk, port_id]} }]
          attachment:
            type: OS::Cinder::VolumeAttachment
            properties: {instance_uuid: {get_resource: node}, volume_id: {get_resource: late-vol} }
          plain:
            type: OS::Nova::Server
            properties:
              name: plain
              flavor: hotstack.small
              networks: [{network: {get_resource: net}, port_extra_properties: {mac_address: "fa:16:9e:81:f6:77"} }]
              block_device_mapping_v2: [{boot_index: 0, image: CentOS-Stream-GenericCloud-9, volume_size: 10, delete_on_termination: true}]
          random: {type: OS::Heat::RandomString, properties: {length: 8} }
          more: {type: OS::Heat::Value, condition: has_extra, properties: {type: string, value: more} }
        outputs:
          address: {value: {get_attr: [floating, floating_ip_address]} }
          mtu: {value: {get_attr: [net, mtu]} }
          joined: {value: {list_join: ["-", [a, b], {get_param: dns_servers}]} }
          prefix: {value: {str_split: ["/", {get_attr: [subnet, cidr]}, 1]} }
          chosen: {value: {if: [has_extra, "yes", {if: [{not: has_extra}, none, never]}]} }
          bus: {value: {get_param: bus} }
          missing: {value: {get_param: [node_params, nope]} }
          v6: {value: {get_attr: [trunk-port, fixed_ips, 1, ip_address]} }
          again: {value: {repeat: {template: {name: "n%i%"}, for_each: {"%i%": [1, 2]} } } }
          snapset_data:
            value:
              instances:
                node: {uuid: {get_resource: node}, role: ocp_master, mac_address: {get_attr: [node-port, mac_address]} }
        """;

    /// <summary>One network, and a server with a port and a volume on it.</summary>
    protected const string Small = """
        heat_template_version: rocky
        parameters:
          image: {type: string, default: ipxe-boot-usb}
          flavor: {type: string, default: hotstack.xxlarge}
          mac: {type: string, default: "fa:16:9e:81:f6:10"}
          snapshot: {type: string, default: ""}
        conditions: {from_snapshot: {not: {equals: [{get_param: snapshot}, ""]} } }
        resources:
          net: {type: OS::Neutron::Net}
          subnet: {type: OS::Neutron::Subnet, properties: {network: {get_resource: net}, cidr: 192.168.32.0/24} }
          port: {type: OS::Neutron::Port, properties: {network: {get_resource: net}, mac_address: {get_param: mac} } }
          vol:
            type: OS::Cinder::Volume
            properties:
              size: 20
              snapshot_id: {if: [from_snapshot, {get_param: snapshot}, null]}
          node:
            type: OS::Nova::Server
            properties:
              image: {get_param: image}
              flavor: {get_param: flavor}
              networks: [{port: {get_resource: port} }]
              block_device_mapping_v2: [{boot_index: -1, volume_id: {get_resource: vol} }]
        outputs:
          node: {value: {get_resource: node} }
        """;

    protected string Stacks => $"/orchestration/v1/{Project}/stacks";

    protected static JsonObject Parameters(params (string Name, JsonNode? Value)[] given) =>
        new(given.Select(p => KeyValuePair.Create(p.Name, p.Value)));

    protected static JsonObject Body(string name, string template, JsonObject? parameters = null, bool rollback = false) => new()
    {
        ["stack_name"] = name, ["template"] = template, ["parameters"] = parameters ?? [], ["disable_rollback"] = !rollback,
        ["files"] = new JsonObject { ["files/poap.py"] = "print('poap')" },
    };

    /// <summary>Makes a stack and lets it be finished.</summary>
    /// <returns>Its path, with its name and id.</returns>
    protected async Task<string> CreateAsync(string name, string template, JsonObject? parameters = null, bool rollback = false)
    {
        var (status, json) = await CallAsync("POST", Stacks, Body(name, template, parameters, rollback).ToJsonString());
        Assert.True(status == 201, json?.ToJsonString());
        Clock.Advance(TimeSpan.FromMinutes(5));
        return $"{Stacks}/{name}/{json!["stack"]!["id"]}";
    }

    protected async Task<JsonNode> StackAsync(string path) => (await GetAsync(path))["stack"]!;

    protected async Task<(string Status, string Reason)> StatusAsync(string path)
    {
        var stack = await StackAsync(path + "?resolve_outputs=false");
        return ((string)stack["stack_status"]!, (string)stack["stack_status_reason"]!);
    }

    protected async Task<JsonNode?> OutputAsync(string path, string key) =>
        (await GetAsync($"{path}/outputs/{key}"))["output"]!["output_value"];

    protected async Task<Dictionary<string, string>> ResourcesAsync(string path) =>
        (await GetAsync(path + "/resources"))["resources"]!.AsArray()
        .ToDictionary(r => (string)r!["resource_name"]!, r => (string)r!["resource_status"]!);

    protected async Task<string> IdAsync(string path, string resource) =>
        (string)(await GetAsync($"{path}/resources/{resource}"))["resource"]!["physical_resource_id"]!;

    /// <summary>The states a resource, or by its name the stack, went through.</summary>
    protected async Task<string[]> StatesAsync(string path, string resource) =>
        [.. (await GetAsync(path + "/events"))["events"]!.AsArray().Where(e => (string)e!["resource_name"]! == resource)
            .Select(e => (string)e!["resource_status"]!)];

    protected static string Message(JsonNode? answer) => (string)answer!["error"]!["message"]!;
}
