using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Networking;

/// <summary>What a project has of Neutron, and may have.</summary>
internal sealed class NetworkQuotas(SandboxCloud cloud, string project)
{
    public static readonly string[] Kinds = ["network", "subnet", "port", "router", "floatingip", "security_group", "trunk"];

    /// <summary>-1 is as many as wanted.</summary>
    public int Limit(string kind) => kind switch
    {
        "network" => cloud.Options.Quotas.Networks ?? -1,
        "subnet" => cloud.Options.Quotas.Networks ?? -1,
        "port" => cloud.Options.Quotas.Ports ?? -1,
        "floatingip" => cloud.Options.Quotas.FloatingIps ?? -1,
        "router" => cloud.Options.Quotas.Routers ?? -1,
        _ => -1,
    };

    public int Used(string kind) => kind switch
    {
        "network" => cloud.NetworkList.Count(n => n.ProjectId == project),
        "subnet" => cloud.NetworkList.Where(n => n.ProjectId == project).Sum(n => n.Subnets.Count),
        "port" => cloud.PortList.Count(p => p.Network.ProjectId == project),
        "floatingip" => cloud.FloatingIpList.Count(f => f.ProjectId == project),
        "router" => cloud.RouterList.Count(r => r.ProjectId == project),
        "security_group" => cloud.SecurityGroupList.Count(g => g.ProjectId == project),
        _ => cloud.TrunkList.Count(t => t.Parent.Network.ProjectId == project),
    };

    /// <summary>Refuses one more where there may be none.</summary>
    public void Check(string kind)
    {
        var limit = Limit(kind);
        if (limit >= 0 && Used(kind) >= limit)
        {
            throw new ApiException(409, $"Quota exceeded for resources: ['{kind}'].", "OverQuota");
        }
    }
}
