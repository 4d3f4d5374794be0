using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters;

/// <summary>Makes nodes.</summary>
internal static class Nodes
{
    public static Node Master(string name, params string[] addresses) => Make(name, "master", addresses);

    public static Node Worker(string name, params string[] addresses) => Make(name, "worker", addresses);

    private static Node Make(string name, string role, string[] addresses) => new()
    {
        Meta = new ObjectMeta { Name = name, Labels = new Dictionary<string, string> { [$"node-role.kubernetes.io/{role}"] = "" } },
        Addresses = [.. addresses.Select(a => new NodeAddress("InternalIP", a)), new NodeAddress("Hostname", name)],
    };
}
