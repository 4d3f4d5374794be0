using k8s.Models;

namespace Hotstack.Clusters;

/// <summary>Makes nodes.</summary>
internal static class NodeSamples
{
    public static V1Node Master(string name, params string[] addresses) => Make(name, "master", addresses);

    public static V1Node Worker(string name, params string[] addresses) => Make(name, "worker", addresses);

    private static V1Node Make(string name, string role, string[] addresses) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { [$"node-role.kubernetes.io/{role}"] = "" } },
        Status = new V1NodeStatus { Addresses = [.. addresses.Select(a => Address("InternalIP", a)), Address("Hostname", name)] },
    };

    private static V1NodeAddress Address(string type, string address) => new() { Type = type, Address = address };
}
