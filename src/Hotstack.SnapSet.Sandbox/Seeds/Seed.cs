using System.Text.RegularExpressions;
using Hotstack.Sandbox.Compute;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Networking;
using Hotstack.Sandbox.Orchestration;
using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Sandbox.Volumes;

namespace Hotstack.Sandbox.Seeds;

/// <summary>What is in the cloud when it starts. Ids are the same every time.</summary>
internal sealed partial class Seed(SandboxCloud cloud)
{
    public const int Number = 2026;
    public const string ControllerMac = "fa:16:9e:81:f6:05";

    private const long GiB = 1L << 30;

    private static readonly (string Name, int Ram, int Cores, int Disk)[] Flavors =
    [
        ("hotstack.small", 2048, 1, 20), ("hotstack.large", 8192, 4, 100), ("hotstack.xxlarge", 32768, 12, 160),
            ("hotstack.mlarge", 6144, 2, 40),
        ("hotstack.medium", 4096, 2, 40), ("hotstack.xlarge", 16384, 8, 160), ("hotstack.xxxlarge", 65536, 16, 200),
    ];

    /// <summary>What upstream's templates boot from unless told otherwise.</summary>
    private static readonly (string Name, long Size)[] PublicImages =
    [
        ("CentOS-Stream-9", 1 * GiB), ("CentOS-Stream-GenericCloud-9", 1 * GiB), ("nat64-appliance", 600L << 20),
            ("sushy-tools-blank-image", 1L << 20),
        ("ubuntu-noble-server", 600L << 20), ("hotstack-ceos", 2 * GiB), ("hotstack-nxos", 2 * GiB), ("hotstack-nxos10.5.3.F", 2 * GiB),
        ("hotstack-sonic", 2 * GiB), ("hotstack-switch-host", 2 * GiB), ("nexus9300v.9.3.15", 2 * GiB),
    ];

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
        foreach (var (name, ram, cores, disk) in Flavors)
        {
            cloud.FlavorList.Add(new Flavor(cloud.NewId(), name, ram, cores, disk));
        }

        var admin = cloud.Accounts.Project(SeedAccounts.Admin);
        var controllerImage = Base("hotstack-controller", _own, "private", 3 * GiB);
        controllerImage.Properties["hw_vif_model"] = "virtio";
        controllerImage.Properties["hw_disk_bus"] = "virtio";
        var bootImage = Base("ipxe-boot-usb", _own, "private", 4 << 20);
        bootImage.Properties["hw_firmware_type"] = "uefi";
        foreach (var (name, size) in PublicImages)
        {
            Base(name, admin, "public", size);
        }

        var outside = AddNetwork("external", admin, "203.0.113", external: true);

        // What upstream's templates take for it.
        AddNetwork("public", admin, "198.51.100", external: true);
        if (cloud.Options.Deployment is { } deployment)
        {
            Deploy(deployment);
        }
        else if (cloud.Options.Scenario != Scenario.Empty)
        {
            Deploy(controllerImage, bootImage, outside, cloud.Options.Scenario == Scenario.Sno);
        }

        Others();
        if (cloud.StackList is [var stack, ..])
        {
            Install(stack);
        }
    }

    /// <summary>OpenShift, if there is a controller with masters.</summary>
    private void Install(Stack stack)
    {
        var servers = cloud.ServerList.FindAll(s => s.ProjectId == _own.Id && ClusterMember().IsMatch(s.GuestName));
        if (servers.Exists(s => s.GuestName == "controller") && servers.Exists(s => s.GuestName.StartsWith("master", StringComparison.Ordinal)))
        {
            cloud.Clusters.Install(new Cluster.OpenShiftCluster(cloud, stack.Name, servers));
        }
    }

    /// <summary>Has Heat deploy a template, a day ago.</summary>
    private void Deploy(SandboxDeployment deployment)
    {
        var stacks = new StackService(cloud);
        var template = HotTemplate.Read(deployment.Template);
        var madeUp = new MadeUp(cloud, _own.Id, name => Base(name, cloud.Accounts.Project(SeedAccounts.Admin), "public", 1 * GiB));
        madeUp.ForParameters(template, deployment.Parameters);
        var stack = new Stack
        {
            Id = cloud.NewId(), Name = deployment.StackName, ProjectId = _own.Id, User = _user, CreatedAt = Born,
            Plan = stacks.NewPlan(template, deployment.Files, deployment.Parameters, [], _own.Id),
        };
        madeUp.ForResources(stack);
        cloud.Earlier(Born, () => stacks.Begin(stack));
        if (stack.Status != "CREATE_COMPLETE")
        {
            throw new ApiException(400, $"The stack is {stack.Status}: {stack.StatusReason}");
        }

        cloud.DeploymentTemplate = deployment.Template;
        cloud.MadeUp = [.. deployment.MissingFiles.Select(file => "file " + file), .. madeUp.All];
    }

    private void Deploy(Image controllerImage, Image bootImage, Network outside, bool single)
    {
        var network = AddNetwork("machine-net", _own, "192.168.32", external: false);
        var router = new RouterMaker(cloud).AddRouter("router", _own.Id, outside);
        new RouterMaker(cloud).AddInterface(router, network.Subnets[0]);
        var parts = new Dictionary<string, string>
        {
            ["machine-net"] = network.Id, ["machine-subnet"] = network.Subnets[0].Id, ["router"] = router.Id,
            ["machine-net-router-interface"] = $"{router.Id}:subnet_id={network.Subnets[0].Id}",
        };
        List<SeedMember> members = [];
        var controller = AddServer("controller", "hotstack.small", controllerImage, "compute-0", 4 * GiB, network, ControllerMac, 3, _own,
            _user);
        Member(members, parts, controller, "controller");
        var floating = new FloatingIp { Id = cloud.NewId(), Address = "203.0.113.17", Network = outside, ProjectId = _own.Id };
        new RouterMaker(cloud).Associate(floating, controller.Ports[0]);
        cloud.FloatingIpList.Add(floating);
        parts["controller-floating-ip"] = floating.Id;
        for (var i = 0; i < (single ? 1 : cloud.Options.Masters); i++)
        {
            var master = AddServer(
                $"master{i}", "hotstack.xxlarge", bootImage, i == 1 ? "compute-0" : "compute-1", (30 + i) * GiB, network,
                $"fa:16:9e:81:f6:1{i}", 10 + i, _own, _user);
            SeedVolume[] volumes = single
                ? [new("master0-lvms-vol0", "master0-lvms-0", 20), new("master0-lvms-vol1", "master0-lvms-1", 20)] : [];
            Member(members, parts, master, "ocp_master", volumes);
        }

        for (var i = 0; i < (single ? 0 : cloud.Options.Workers); i++)
        {
            var worker = AddServer(
                $"worker{i}", "hotstack.xxlarge", bootImage, $"compute-{i}", (18 + (i % 10)) * GiB, network,
                    $"fa:16:9e:81:{(i < 10 ? $"f6:2{i}" : $"f7:{i:x2}")}", 20 + i,
                _own, _user);
            Member(members, parts, worker, "ocp_worker");
        }

        cloud.DeploymentTemplate = SeedTemplate.Write(members);
        var stacks = new StackService(cloud);
        stacks.Adopt(
            new Stack
            {
                Id = cloud.NewId(), Name = single ? "hs-sno" : "hs-multi", ProjectId = _own.Id, User = _user, CreatedAt = Born,
                Plan = stacks.NewPlan(SeedTemplate.Read(cloud.DeploymentTemplate), new Dictionary<string, string>(), [], [], _own.Id),
            },
            parts);
    }

    private void Member(List<SeedMember> members, Dictionary<string, string> parts, Server server, string role, params SeedVolume[] volumes)
    {
        members.Add(new SeedMember(server.Name, role, server.Ports[0].MacAddress, server.Ports[0].Address, volumes));
        parts[server.Name] = server.Id;
        parts[server.Name + "-machine-port"] = server.Ports[0].Id;
        for (var i = 0; i < volumes.Length; i++)
        {
            parts[volumes[i].Resource] = AddVolume(server, volumes[i].Name, volumes[i].Size, $"/dev/vd{(char)('b' + i)}");
        }
    }

    /// <summary>What belongs to somebody else and must not be touched.</summary>
    private void Others()
    {
        var project = cloud.Accounts.Project(SeedAccounts.Other);
        var network = AddNetwork("other-net", project, "10.9.8", external: false);
        var image = Base("other-private", project, "private", 1 * GiB);
        AddServer("other-server", "hotstack.small", image, "compute-1", 2 * GiB, network, "fa:16:3e:00:00:01", 5, project,
            cloud.Accounts.User(SeedAccounts.Other));
    }

    private Image Base(string name, Project project, string visibility, long size)
    {
        var image = new Image
        {
            Id = cloud.NewId(), Owner = project.Id, Name = name, Visibility = visibility, Status = "active",
            VirtualSize = size, DiskFormat = "qcow2", ContainerFormat = "bare",
            CreatedAt = Born - TimeSpan.FromDays(30) + TimeSpan.FromMinutes(++_made), UpdatedAt = Born - TimeSpan.FromDays(30)
                + TimeSpan.FromMinutes(_made),
        };
        image.Data = cloud.DataOf(image.Id, size);
        cloud.ImageList.Add(image);
        return image;
    }

    private Network AddNetwork(string name, Project project, string start, bool external)
    {
        var network = new Network { Id = cloud.NewId(), Name = name, ProjectId = project.Id, CreatedAt = Born, External = external };
        cloud.NetworkList.Add(network);
        new NetworkMaker(cloud).AddSubnet(network, name.Replace("-net", "-subnet", StringComparison.Ordinal), start + ".0/24", 4,
            new SubnetOptions());
        return network;
    }

    private Server AddServer(
        string name, string flavor, Image image, string host, long disk, Network network, string mac, int address, Project project,
            User owner)
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
            FixedIps = [new FixedIp(network.Subnets[0], network.Subnets[0].Gateway![..^1] + address)],
        };
        server.Ports.Add(port);
        cloud.PortList.Add(port);
        cloud.AddServer(server, GuestDisk.New(server.Id, boots: 1));
        return server;
    }

    private string AddVolume(Server server, string name, int size, string device)
    {
        var volume = new Volume
        {
            Id = cloud.NewId(), Name = name, ProjectId = server.ProjectId, UserId = server.UserId, Size = size, CreatedAt = Born,
            Device = device, Server = server,
        };
        volume.Disk = GuestDisk.New(volume.Id);
        server.Volumes.Add(volume);
        cloud.VolumeList.Add(volume);
        return volume.Id;
    }

    [GeneratedRegex("^(controller|(master|worker)-?[0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ClusterMember();
}
