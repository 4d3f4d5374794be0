using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Seeds;

/// <summary>The template of the deployment that is there from the start.</summary>
internal static class SeedTemplate
{
    private static readonly Lock Gate = new();

    /// <summary>The newest, as read: nearly all sandboxes of a process have the same.</summary>
    private static (string Text, JsonObject Body)? _newest;

    private const string Start = """
        heat_template_version: rocky
        description: A Hotstack scenario. A controller, an OpenShift cluster, and the output a SnapSet is made from.

        parameters:
          dns_servers: {type: comma_delimited_list, default: [192.0.2.1, 192.0.2.2]}
          ntp_servers: {type: comma_delimited_list, default: []}
          controller_ssh_pub_key: {type: string, default: ""}
          dataplane_ssh_pub_key: {type: string, default: ""}
          router_external_network: {type: string, default: external}
          floating_ip_network: {type: string, default: external}
          net_value_specs: {type: json, default: {} }
          controller_params:
            type: json
            default: {image: hotstack-controller, flavor: hotstack.small}
          ocp_master_params:
            type: json
            default: {image: ipxe-boot-usb, flavor: hotstack.xxlarge}
          ocp_worker_params:
            type: json
            default: {image: ipxe-boot-usb, flavor: hotstack.xxlarge}

        resources:
          machine-net:
            type: OS::Neutron::Net
            properties: {name: machine-net, port_security_enabled: false, value_specs: {get_param: net_value_specs} }
          machine-subnet:
            type: OS::Neutron::Subnet
            properties: {name: machine-subnet, network: {get_resource: machine-net}, ip_version: 4, cidr: 192.168.32.0/24}
          router:
            type: OS::Neutron::Router
            properties: {name: router, external_gateway_info: {network: {get_param: router_external_network} } }
          machine-net-router-interface:
            type: OS::Neutron::RouterInterface
            properties: {router: {get_resource: router}, subnet: {get_resource: machine-subnet} }
          controller-init:
            type: OS::Heat::CloudConfig
            properties:
              cloud_config:
                users:
                  - name: zuul
                    ssh_authorized_keys: [{get_param: controller_ssh_pub_key}]
          controller-floating-ip:
            type: OS::Neutron::FloatingIP
            depends_on: machine-net-router-interface
            properties: {floating_network: {get_param: floating_ip_network}, port_id: {get_resource: controller-machine-port} }

        """;

    /// <summary>As upstream's: roles/controller adds the host, roles/ocp_agent_installer writes the two configurations.</summary>
    private const string Outputs = """

        outputs:
          ocp_installer_type:
            description: How OpenShift was installed
            value: agent
          controller_floating_ip:
            description: Address of the controller
            value: {get_attr: [controller-floating-ip, floating_ip_address]}
          controller_ansible_host:
            description: Ansible inventory entry of the controller
            value:
              name: controller-0
              ansible_ssh_user: zuul
              ansible_host: {get_attr: [controller-floating-ip, floating_ip_address]}
              ansible_ssh_common_args: '-o StrictHostKeyChecking=no'
              groups: controllers

        """;

    private const string SnapSetData = """
          snapset_data:
            description: The instances of a SnapSet
            value:
              instances:

        """;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static HotTemplate Read(string text)
    {
        lock (Gate)
        {
            if (_newest is not { } known || known.Text != text)
            {
                _newest = known = (text, HotTemplate.Read(text).Body);
            }

            return HotTemplate.Read(known.Body);
        }
    }

    public static string Write(IReadOnlyList<SeedMember> members)
    {
        var text = new StringBuilder(Start);
        foreach (var member in members)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                  {{member.Name}}-machine-port:
                    type: OS::Neutron::Port
                    properties:
                      name: {{member.Name}}-machine-port
                      network: {get_resource: machine-net}
                      mac_address: "{{member.Mac}}"
                      fixed_ips: [{ip_address: {{member.Address}} }]

                """);
            foreach (var volume in member.Volumes)
            {
                text.Append(CultureInfo.InvariantCulture, $$"""
                      {{volume.Resource}}:
                        type: OS::Cinder::Volume
                        properties: {name: {{volume.Name}}, size: {{volume.Size}} }

                    """);
            }

            text.Append(CultureInfo.InvariantCulture, $$"""
                  {{member.Name}}:
                    type: OS::Nova::Server
                    properties:
                      image: {get_param: [{{member.Parameter}}, image]}
                      flavor: {get_param: [{{member.Parameter}}, flavor]}
                      networks: [{port: {get_resource: {{member.Name}}-machine-port} }]

                """);
            if (member.Name == "controller")
            {
                text.Append("      user_data_format: RAW\n      user_data: {get_resource: controller-init}\n");
            }

            if (member.Volumes.Count > 0)
            {
                text.Append("      block_device_mapping_v2:\n");
                foreach (var volume in member.Volumes)
                {
                    text.Append(CultureInfo.InvariantCulture,
                        $$"""        - {boot_index: -1, device_type: disk, volume_id: {get_resource: {{volume.Resource}} } }""")
                        .Append('\n');
                }
            }
        }

        text.Append(Outputs);
        Installation(text, members);
        text.Append(SnapSetData);
        foreach (var member in members)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                        {{member.Name}}:
                          uuid: {get_resource: {{member.Name}} }
                          role: {{member.Role}}
                          mac_address: {get_attr: [{{member.Name}}-machine-port, mac_address]}

                """);
        }

        return text.ToString();
    }

    /// <summary>What OpenShift's agent-based installer was given.</summary>
    private static void Installation(StringBuilder text, IReadOnlyList<SeedMember> members)
    {
        int Count(string kind) => members.Count(m => m.Role == "ocp_" + kind);
        text.Append(CultureInfo.InvariantCulture, $$"""
              ocp_install_config:
                description: The install-config.yaml
                value:
                  apiVersion: v1
                  baseDomain: openstack.lab
                  controlPlane: {architecture: amd64, hyperthreading: Disabled, name: master, replicas: {{Count("master")}} }
                  compute: [{architecture: amd64, hyperthreading: Disabled, name: worker, replicas: {{Count("worker")}} }]
                  metadata: {name: {{(members.Count > 2 ? "ocp" : "sno")}} }
                  networking:
                    clusterNetwork: [{cidr: 10.128.0.0/16, hostPrefix: 23}]
                    machineNetwork: [{cidr: {get_attr: [machine-subnet, cidr]} }]
                    serviceNetwork: [172.30.0.0/16]
                    networkType: OVNKubernetes
                  platform: {none: {} }
                  pullSecret: _replaced_
                  sshKey: {get_param: dataplane_ssh_pub_key}
              ocp_agent_config:
                description: The agent-config.yaml
                value:
                  apiVersion: v1beta1
                  kind: AgentConfig
                  metadata: {name: {{(members.Count > 2 ? "ocp" : "sno")}} }
                  rendezvousIP: {get_attr: [master0-machine-port, fixed_ips, 0, ip_address]}
                  additionalNTPSources: {get_param: ntp_servers}
                  hosts:

            """);
        foreach (var member in members.Where(m => m.Role != "controller"))
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                      - hostname: {{member.Name}}
                        role: {{member.Role["ocp_".Length..]}}
                        interfaces: [{name: eth0, macAddress: {get_attr: [{{member.Name}}-machine-port, mac_address]} }]

                """);
        }
    }
}

/// <summary>A server of the deployment.</summary>
internal sealed record SeedMember(string Name, string Role, string Mac, string Address, IReadOnlyList<SeedVolume> Volumes)
{
    public string Parameter => Role + "_params";
}

internal sealed record SeedVolume(string Resource, string Name, int Size);
