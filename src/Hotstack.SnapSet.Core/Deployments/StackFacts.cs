using System.Text.Json;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments;

/// <summary>A host that answers late, and that a deployment needs.</summary>
/// <param name="Host">The name, as the controller resolves it, or the address.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Timeout">How long it may take to answer.</param>
internal sealed record AwaitedHost(string Host, int Port, TimeSpan Timeout)
{
    /// <summary>Host and port: <c>switch.stack.lab:830</c>.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>What the outputs of a deployment's stack tell besides its members.</summary>
/// <remarks>openstack-k8s-operators/hotstack, scenarios/**/heat_template.yaml and roles/controller (<c>wait_for_hosts</c>).</remarks>
internal sealed record StackFacts
{
    /// <summary>Upstream's timeout of <c>wait_for_hosts</c>: a switch takes up to half an hour.</summary>
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Stacks that were restored from a SnapSet have the tag of the set: this and its id.</summary>
    internal const string RestoredTag = "hotstack-snapset-";

    /// <summary>Nothing is known.</summary>
    public static readonly StackFacts None = new();

    /// <summary>The name of the stack; null if it is not known.</summary>
    public string? Name { get; init; }

    /// <summary>The stack was restored from a SnapSet, so that its servers have other ids than in the set.</summary>
    public bool IsRestored { get; init; }

    /// <summary>The hosts of <c>wait_for_hosts</c>, and machines that Ansible reaches through the controller
    /// (<c>devstack_ansible_host</c>).</summary>
    public IReadOnlyList<AwaitedHost> Hosts { get; init; } = [];

    /// <summary>The servers that the virtual BMC manages, by name (<c>sushy_emulator_uuids</c>).</summary>
    public IReadOnlyDictionary<string, string> BmcServers { get; init; } = new Dictionary<string, string>();

    /// <summary>The names of the nodes for Ironic (<c>ironic_nodes</c>).</summary>
    public IReadOnlyList<string> IronicNodes { get; init; } = [];

    /// <summary>The id of the set that a stack was restored from; null if it was not restored.</summary>
    public static string? SetIdOf(Stack stack) => stack.Tags.Select(SetIdOf).FirstOrDefault(id => id is not null);

    /// <summary>The id of the set that a stack's tag names; null if it names none.</summary>
    public static string? SetIdOf(string tag) =>
        tag.StartsWith(RestoredTag, StringComparison.Ordinal) && tag.Length > RestoredTag.Length ? tag[RestoredTag.Length..] : null;

    /// <summary>Reads them. A failure is no obstacle: they are additions.</summary>
    public static async Task<StackFacts> TryReadAsync(Cloud cloud, IEnumerable<Instance> instances, IActivity activity, CancellationToken stop)
    {
        string?[] stacks = [.. instances.Select(i => i.StackName).Distinct()];
        if (stacks is not [{ } name])
        {
            return None;
        }

        try
        {
            Stack stack = await cloud.Stacks.GetAsync(name, stop);
            return new StackFacts
            {
                Name = name,
                IsRestored = stack.Tags.Any(tag => tag.StartsWith(RestoredTag, StringComparison.Ordinal)),
                Hosts = [.. HostsOf(stack, activity).DistinctBy(host => (host.Host, host.Port))],
                BmcServers = ValueOf(stack, "sushy_emulator_uuids") is { ValueKind: JsonValueKind.Object } uuids
                    ? uuids.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String)
                        .GroupBy(field => field.Name).ToDictionary(group => group.Key, group => group.Last().Value.GetString()!)
                    : new Dictionary<string, string>(),
                IronicNodes = ValueOf(stack, "ironic_nodes") is { ValueKind: JsonValueKind.Object } nodes
                    ? [.. nodes.Items("nodes").Select(node => node.Text("name")).OfType<string>()]
                    : [],
            };
        }
        catch (HotstackException e)
        {
            activity.Verbose($"The outputs of stack {name} cannot be read, so the hosts and virtual BMCs that they name are not looked at: "
                + e.Message);
            return None;
        }
    }

    private static IEnumerable<AwaitedHost> HostsOf(Stack stack, IActivity activity)
    {
        var named = new List<AwaitedHost?>();
        if (ValueOf(stack, "wait_for_hosts") is { ValueKind: JsonValueKind.Array } list)
        {
            named.AddRange(list.EnumerateArray().Select(item => HostOf(item, "host", "port", null)));
        }

        named.AddRange(stack.Outputs.Keys.Where(key => key.EndsWith("_ansible_host", StringComparison.Ordinal) && key != "controller_ansible_host")
            .Order(StringComparer.Ordinal)
            .Select(key => ValueOf(stack, key) is { } value ? HostOf(value, "ansible_host", "ansible_port", 22) : null));
        if (named.Contains(null))
        {
            activity.Verbose($"Stack {stack.Name} names a host without a usable name or port; it is not waited for.");
        }

        return named.OfType<AwaitedHost>();
    }

    private static AwaitedHost? HostOf(JsonElement item, string hostKey, string portKey, int? usualPort)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        string? host = item.Text(hostKey);
        int? port = item.Field(portKey) is { } given ? NumberOf(given) : usualPort;
        int? seconds = item.Field("timeout") is { } limit ? NumberOf(limit) : null;
        return host is not null && Uri.CheckHostName(host) != UriHostNameType.Unknown && port is > 0 and <= ushort.MaxValue
            ? new(host, port.Value, seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : UsualTimeout)
            : null;
    }

    private static int? NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt32(out int number) ? number : null,
        JsonValueKind.String => int.TryParse(
            value.GetString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number)
            ? number : null,
        _ => null,
    };

    private static JsonElement? ValueOf(Stack stack, string key) =>
        stack.Outputs.GetValueOrDefault(key) is { Error: null, Value: { } value } ? value : null;
}
