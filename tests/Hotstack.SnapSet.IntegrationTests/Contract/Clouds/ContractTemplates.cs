namespace Hotstack.Contract.Clouds;

/// <summary>Deployments that the contract makes, freezes and restores.</summary>
internal static class ContractTemplates
{
    /// <summary>Like upstream's snapshot scenario: one server per role, images by the roles' parameters, an output that lists them.</summary>
    public const string SingleNode = """
        heat_template_version: rocky
        description: A controller and a single node
        parameters:
          flavor: {type: string}
          controller_params: {type: json}
          ocp_master_params: {type: json}
        resources:
          machine-net:
            type: OS::Neutron::Net
          machine-subnet:
            type: OS::Neutron::Subnet
            properties: {network: {get_resource: machine-net}, cidr: 192.168.40.0/24, enable_dhcp: false}
          controller-port:
            type: OS::Neutron::Port
            depends_on: machine-subnet
            properties:
              network: {get_resource: machine-net}
              mac_address: 'fa:16:9e:81:40:05'
              fixed_ips: [{ip_address: 192.168.40.3}]
          controller:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: [controller_params, image]}
              networks: [{port: {get_resource: controller-port}}]
          master0-port:
            type: OS::Neutron::Port
            depends_on: machine-subnet
            properties:
              network: {get_resource: machine-net}
              mac_address: 'fa:16:9e:81:40:10'
              fixed_ips: [{ip_address: 192.168.40.10}]
          master0:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: [ocp_master_params, image]}
              networks: [{port: {get_resource: master0-port}}]
        outputs:
          controller_ansible_host:
            value: {name: controller-0, ansible_host: {get_attr: [controller-port, fixed_ips, 0, ip_address]}}
          snapset_data:
            value:
              instances:
                controller: {uuid: {get_resource: controller}, role: controller, mac_address: {get_attr: [controller-port, mac_address]}}
                master0: {uuid: {get_resource: master0}, role: ocp_master, mac_address: {get_attr: [master0-port, mac_address]}}
        """;

    /// <summary>Two masters on one image parameter, a data volume, a worker that boots from a volume, ports without MAC addresses,
    /// and no output that lists the servers.</summary>
    public const string Several = """
        heat_template_version: rocky
        parameters:
          base_image: {type: string}
          flavor: {type: string}
        resources:
          machine-net:
            type: OS::Neutron::Net
          machine-subnet:
            type: OS::Neutron::Subnet
            properties: {network: {get_resource: machine-net}, cidr: 192.168.42.0/24, enable_dhcp: false}
          controller-port: &port
            type: OS::Neutron::Port
            depends_on: machine-subnet
            properties: {network: {get_resource: machine-net}}
          master0-port: *port
          master1-port: *port
          worker0-port: *port
          controller:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: base_image}
              networks: [{port: {get_resource: controller-port}}]
          master0-data:
            type: OS::Cinder::Volume
            properties: {size: 1}
          master0:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: base_image}
              networks: [{port: {get_resource: master0-port}}]
              block_device_mapping_v2:
                - {boot_index: -1, device_type: disk, volume_id: {get_resource: master0-data}}
          master1:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: base_image}
              networks: [{port: {get_resource: master1-port}}]
          worker0:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              networks: [{port: {get_resource: worker0-port}}]
              block_device_mapping_v2:
                - {boot_index: 0, image: {get_param: base_image}, volume_size: 1, delete_on_termination: true}
        """;

    /// <summary>A node whose second port is a trunk's parent.</summary>
    public const string OnTrunk = """
        heat_template_version: rocky
        parameters:
          base_image: {type: string}
          flavor: {type: string}
        resources:
          machine-net:
            type: OS::Neutron::Net
          machine-subnet:
            type: OS::Neutron::Subnet
            properties: {network: {get_resource: machine-net}, cidr: 192.168.46.0/24, enable_dhcp: false}
          ctlplane-net:
            type: OS::Neutron::Net
          ctlplane-subnet:
            type: OS::Neutron::Subnet
            properties: {network: {get_resource: ctlplane-net}, cidr: 192.168.47.0/24, enable_dhcp: false}
          storage-net:
            type: OS::Neutron::Net
          storage-subnet:
            type: OS::Neutron::Subnet
            properties: {network: {get_resource: storage-net}, cidr: 192.168.48.0/24, enable_dhcp: false}
          controller-port: &port
            type: OS::Neutron::Port
            depends_on: machine-subnet
            properties: {network: {get_resource: machine-net}}
          master0-port: *port
          master0-parent-port:
            type: OS::Neutron::Port
            depends_on: ctlplane-subnet
            properties: {network: {get_resource: ctlplane-net}, mac_address: 'fa:16:9e:81:47:10'}
          master0-storage-port:
            type: OS::Neutron::Port
            depends_on: storage-subnet
            properties: {network: {get_resource: storage-net}}
          master0-trunk:
            type: OS::Neutron::Trunk
            properties:
              port: {get_resource: master0-parent-port}
              sub_ports: [{port: {get_resource: master0-storage-port}, segmentation_id: 21, segmentation_type: vlan}]
          controller:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: base_image}
              networks: [{port: {get_resource: controller-port}}]
          master0:
            type: OS::Nova::Server
            properties:
              flavor: {get_param: flavor}
              user_data_format: RAW
              image: {get_param: base_image}
              networks: [{port: {get_resource: master0-port}}, {port: {get_attr: [master0-trunk, port_id]}}]
        """;
}
