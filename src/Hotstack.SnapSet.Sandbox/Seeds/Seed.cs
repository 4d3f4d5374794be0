using System.Text.Json.Nodes;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Seeds;

/// <summary>What is in the cloud when it starts. Ids are the same every time.</summary>
internal sealed class Seed(SandboxCloud cloud)
{
    public const int Number = 2026;
    public const string ControllerMac = "fa:16:9e:81:f6:05";

    private const long GiB = 1L << 30;

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    private Project _own = null!;
    private User _user = null!;
    private int _made;

    private DateTimeOffset Born => cloud.Now - Age;

    public void Plant()
    {
        SeedAccounts.Plant(cloud.Accounts);
        _own = cloud.Accounts.Project(SeedAccounts.Own);
        _user = cloud.Accounts.User(SeedAccounts.Own);
        cloud.FlavorList.Add(new Flavor(cloud.NewId(), "hotstack.small", 2048, 1, 20));
        cloud.FlavorList.Add(new Flavor(cloud.NewId(), "hotstack.large", 8192, 4, 100));
        cloud.FlavorList.Add(new Flavor(cloud.NewId(), "hotstack.xxlarge", 32768, 12, 160));
        var admin = cloud.Accounts.Project(SeedAccounts.Admin);
        var controllerImage = Base("hotstack-controller", _own, "private", 3 * GiB);
        controllerImage.Properties["hw_vif_model"] = "virtio";
        controllerImage.Properties["hw_disk_bus"] = "virtio";
        var bootImage = Base("ipxe-boot-usb", _own, "private", 4 << 20);
        bootImage.Properties["hw_firmware_type"] = "uefi";
        Base("CentOS-Stream-9", admin, "public", 1 * GiB);
        var outside = AddNetwork("external", admin, "203.0.113", external: true);
        if (cloud.Options.Scenario != Scenario.Empty)
        {
            Deploy(controllerImage, bootImage, outside, cloud.Options.Scenario == Scenario.Sno);
        }

        Others();
        if (cloud.StackList is [var stack, ..])
        {
            cloud.OpenShift = new Cluster.OpenShift(cloud, stack.Name, cloud.ServerList.FindAll(s => s.ProjectId == _own.Id));
        }
    }

    private void Deploy(Image controllerImage, Image bootImage, Network outside, bool single)
    {
        var network = AddNetwork("machine-net", _own, "192.168.32", external: false);
        var stack = new Stack
        {
            Id = cloud.NewId(), Name = single ? "hs-sno" : "hs-multi", ProjectId = _own.Id, Owner = _user.Name, CreatedAt = Born,
        };
        stack.Parameters["router_external_network"] = outside.Name;
        var members = new JsonObject();

        var controller = AddServer("controller", "hotstack.small", controllerImage, "compute-0", 4 * GiB, network, ControllerMac, 3, _own, _user);
        controller.Ports[0].FloatingIp = new FloatingIp(cloud.NewId(), "203.0.113.17", outside);
        Member(stack, members, controller, "controller");
        for (var i = 0; i < (single ? 1 : 3); i++)
        {
            var master = AddServer(
                $"master{i}", "hotstack.xxlarge", bootImage, i == 1 ? "compute-0" : "compute-1", (30 + i) * GiB, network,
                $"fa:16:9e:81:f6:1{i}", 10 + i, _own, _user);
            Member(stack, members, master, "ocp_master");
            if (single)
            {
                AddVolume(master, "master0-lvms-0", 20, "/dev/vdb");
                AddVolume(master, "master0-lvms-1", 20, "/dev/vdc");
            }
        }

        for (var i = 0; i < (single ? 0 : 2); i++)
        {
            var worker = AddServer(
                $"worker{i}", "hotstack.xxlarge", bootImage, $"compute-{i}", (18 + i) * GiB, network, $"fa:16:9e:81:f6:2{i}", 20 + i, _own, _user);
            Member(stack, members, worker, "ocp_worker");
        }

        stack.Outputs.Add(new StackOutput("controller_ansible_host", "Ansible inventory entry of the controller", new JsonObject
        {
            ["name"] = "controller-0", ["ansible_ssh_user"] = "zuul", ["ansible_host"] = "203.0.113.17",
            ["ansible_ssh_common_args"] = "-o StrictHostKeyChecking=no",
        }));
        stack.Outputs.Add(new StackOutput("controller_floating_ip", "Address of the controller", "203.0.113.17"));
        stack.Outputs.Add(new StackOutput("ocp_installer_type", "How OpenShift was installed", "agent"));
        stack.Outputs.Add(new StackOutput("snapset_data", "The instances of a SnapSet", new JsonObject { ["instances"] = members }));
        cloud.StackList.Add(stack);
    }

    private static void Member(Stack stack, JsonObject members, Server server, string role)
    {
        members[server.Name] = new JsonObject
        {
            ["uuid"] = server.Id, ["role"] = role, ["mac_address"] = server.Ports[0].MacAddress,
        };
        var port = server.Name + "-machine-port";
        stack.Resources.Add(new StackResource(port, "OS::Neutron::Port", server.Ports[0].Id, [server.Name]));
        stack.Resources.Add(new StackResource(server.Name, "OS::Nova::Server", server.Id, []));
    }

    /// <summary>What belongs to somebody else and must not be touched.</summary>
    private void Others()
    {
        var project = cloud.Accounts.Project(SeedAccounts.Other);
        var network = AddNetwork("other-net", project, "10.9.8", external: false);
        var image = Base("other-private", project, "private", 1 * GiB);
        AddServer("other-server", "hotstack.small", image, "compute-1", 2 * GiB, network, "fa:16:3e:00:00:01", 5, project, cloud.Accounts.User(SeedAccounts.Other));
    }

    private Image Base(string name, Project project, string visibility, long size)
    {
        var image = new Image
        {
            Id = cloud.NewId(), Owner = project.Id, Name = name, Visibility = visibility, Status = "active",
            VirtualSize = size, DiskFormat = "qcow2", ContainerFormat = "bare",
            CreatedAt = Born - TimeSpan.FromDays(30) + TimeSpan.FromMinutes(++_made), UpdatedAt = Born - TimeSpan.FromDays(30) + TimeSpan.FromMinutes(_made),
        };
        image.Data = cloud.DataOf(image.Id, size);
        cloud.ImageList.Add(image);
        return image;
    }

    private Network AddNetwork(string name, Project project, string start, bool external)
    {
        var network = new Network(cloud.NewId(), name, project.Id, cloud.NewId(), name.Replace("-net", "-subnet", StringComparison.Ordinal), start + ".0/24", external)
        {
            CreatedAt = Born,
        };
        cloud.NetworkList.Add(network);
        return network;
    }

    private Server AddServer(
        string name, string flavor, Image image, string host, long disk, Network network, string mac, int address, Project project, User owner)
    {
        var server = new Server
        {
            Id = cloud.NewId(), Name = name, ProjectId = project.Id, UserId = owner.Id, Host = host, ImageId = image.Id,
            Flavor = cloud.FlavorList.Find(f => f.Name == flavor)!,
            CreatedAt = Born + TimeSpan.FromSeconds(++_made), UpdatedAt = Born + TimeSpan.FromMinutes(1), DiskBytes = disk,
        };
        foreach (var (key, value) in image.Properties)
        {
            server.ImageProperties[key] = value;
        }

        server.Actions.Add(new InstanceAction
        {
            Action = "create", RequestId = "req-" + cloud.NewId(), UserId = owner.Id, StartTime = Born, UpdatedAt = Born,
        });
        var port = new Port
        {
            Id = cloud.NewId(), Name = name + "-machine-port", Network = network, MacAddress = mac, Device = server, CreatedAt = Born,
            Address = network.Cidr[..(network.Cidr.LastIndexOf('.') + 1)] + address,
        };
        server.Ports.Add(port);
        cloud.PortList.Add(port);
        cloud.ServerList.Add(server);
        return server;
    }

    private void AddVolume(Server server, string name, int size, string device)
    {
        var volume = new Volume
        {
            Id = cloud.NewId(), Name = name, ProjectId = server.ProjectId, UserId = server.UserId, Size = size, CreatedAt = Born,
            Device = device, Server = server,
        };
        server.Volumes.Add(volume);
        cloud.VolumeList.Add(volume);
    }
}
