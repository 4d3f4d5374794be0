using System.Text.Json;

namespace Hotstack.OpenShift.Objects;

/// <summary>A node of the cluster (core/v1).</summary>
public sealed record Node
{
    private const string RoleLabel = "node-role.kubernetes.io/";

    /// <summary>Its metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Meta.Name;

    /// <summary>Cordoned: no new pods are placed on it.</summary>
    public bool IsUnschedulable { get; init; }

    /// <summary>The keys of its taints.</summary>
    public IReadOnlyList<string> Taints { get; init; } = [];

    /// <summary>Its addresses, as its kubelet tells them.</summary>
    public IReadOnlyList<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Its conditions; <c>Ready</c> among them.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Changes with every boot.</summary>
    public string? BootId { get; init; }

    /// <summary>The kubelet's version.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>Its roles by its labels: <c>master</c>, <c>control-plane</c>, <c>worker</c>.</summary>
    public IReadOnlyList<string> Roles =>
        [.. Meta.Labels.Keys.Where(key => key.StartsWith(RoleLabel, StringComparison.Ordinal)).Select(key => key[RoleLabel.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Runs the control plane.</summary>
    public bool IsMaster => Roles.Contains("master") || Roles.Contains("control-plane");

    internal static Node From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        JsonElement status = item.Field("status") ?? default;
        JsonElement info = status.Field("nodeInfo") ?? default;
        return new Node
        {
            Meta = ObjectMeta.From(item),
            IsUnschedulable = spec.Flag("unschedulable"),
            Taints = [.. spec.Items("taints").Select(t => t.Text("key")).OfType<string>()],
            Addresses = [.. status.Items("addresses").Select(a => new NodeAddress(a.Text("type") ?? "", a.Text("address") ?? ""))],
            Conditions = Condition.ListOf(item),
            BootId = info.Text("bootID"),
            KubeletVersion = info.Text("kubeletVersion"),
        };
    }
}

/// <summary>One address of a node.</summary>
/// <param name="Type"><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c>, <c>InternalDNS</c> or <c>ExternalDNS</c>.</param>
/// <param name="Address">An IP address or a name.</param>
public sealed record NodeAddress(string Type, string Address)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}={Address}";
}
