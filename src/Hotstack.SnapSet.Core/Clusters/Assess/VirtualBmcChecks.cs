using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Deployments;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Assess;

/// <summary>A BareMetalHost (metal3-io/baremetal-operator, v1alpha1).</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="BmcAddress">The address of its BMC: <c>redfish-virtualmedia+http://sushy-emulator.apps…/redfish/v1/Systems/UUID</c>.</param>
/// <param name="BootMac">The MAC address of its boot port.</param>
internal sealed record BareMetalHost(string Namespace, string Name, string BmcAddress, string BootMac)
{
    public static BareMetalHost From(JsonElement item)
    {
        JsonElement spec = item.Field("spec") ?? default;
        return new(
            item.Field("metadata")?.Text("namespace") ?? "", ObjectMetadata.NameIn(item), spec.Field("bmc")?.Text("address") ?? "",
            spec.Text("bootMACAddress") ?? "");
    }
}

/// <summary>Whether BareMetalHosts, Ironic and the virtual BMC (sushy-emulator) hold ids of servers that do not exist: a restored server has
/// another id than the frozen one. A warning names the commands that mend it.</summary>
/// <remarks>Upstream: roles/redfish_virtual_bmc, 04-redfish_virtual_bmc.yml, scenarios/*/manifests/dataplane/baremetal_hosts.yaml.j2. The
/// baremetal-operator accepts another BMC address only of a detached host (docs/api.md, "Detaching a host").</remarks>
internal static partial class VirtualBmcChecks
{
    public const string Namespace = "sushy-emulator";
    public const string Name = "sushy-emulator-config";
    public const string ConfigMap = $"{Namespace}/{Name}";

    private const string Detached = "baremetalhost.metal3.io/detached";

    /// <summary>A command that is copied: a plus stays a plus.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<ClusterCheck> Check(CheckInput input)
    {
        if (input.Facts is not { } facts)
        {
            return [new(CheckName.VirtualBmc, ClusterCheckResult.Skipped, "the servers in OpenStack are not known, to compare the virtual BMCs with")];
        }

        ClusterCheck[] checks =
        [
            .. OfHosts(input.State.BareMetalHosts, facts),
            .. OfAllowList(input.State.BmcConfiguration, facts),
            .. OfIronic(input.State.Ironics, facts),
        ];
        return checks.Length > 0 ? checks
            : [new(CheckName.VirtualBmc, ClusterCheckResult.Skipped, "the cluster has no BareMetalHosts and no virtual BMC")];
    }

    /// <summary>For a deployment without a cluster, whose virtual BMC and Ironic cannot be read.</summary>
    public static IEnumerable<ClusterCheck> OfServers(DeploymentFacts? facts) =>
        facts is { Stack: { IsRestored: true, BmcServers.Count: > 0 } stack }
            ? [Warning(null, "the deployment was restored, so its virtual BMC and Ironic hold the servers' ids of before, unless that was mended: run "
                + $"'{PlaybookOf(stack, "PodmanBmc")}'{Commands(stack)}")]
            : [];

    private static IEnumerable<ClusterCheck> OfHosts(Reading<IReadOnlyList<BareMetalHost>>? reading, DeploymentFacts facts)
    {
        if (reading is null)
        {
            yield break;
        }

        if (reading.Value is not { } hosts)
        {
            yield return ClusterCheck.Unknown(CheckName.VirtualBmc, reading);
            yield break;
        }

        (BareMetalHost Host, string Server)[] virtuals = [.. hosts
            .Select(host => (Host: host, System: SystemId().Match(host.BmcAddress)))
            .Where(h => h.System.Success).Select(h => (h.Host, h.System.Groups["id"].Value.ToLowerInvariant()))];
        foreach ((BareMetalHost host, string server) in virtuals.Where(v => !facts.ServerIds.Contains(v.Server)))
        {
            yield return Warning(
                $"{host.Namespace}/{host.Name}",
                $"BareMetalHost {host.Namespace}/{host.Name}: its BMC address names server {server}, which this project does not have{FixOf(host, server, facts)}");
        }

        int good = virtuals.Count(v => facts.ServerIds.Contains(v.Server));
        if (good > 0)
        {
            yield return new(CheckName.VirtualBmc, ClusterCheckResult.Passed,
                $"the BMC {(good == 1 ? "address of 1 BareMetalHost names a server that exists" : $"addresses of {good} BareMetalHosts name servers that exist")}");
        }
    }

    /// <summary>A restored server has the frozen one's MAC addresses. An address with a password in it is not shown.</summary>
    private static string FixOf(BareMetalHost host, string server, DeploymentFacts facts)
    {
        Instance? now = MacAddress.TryParse(host.BootMac, out string mac)
            ? facts.Instances.FirstOrDefault(instance => instance.MacAddress == mac || instance.MacAddresses.Contains(mac)) : null;
        if (now is null || host.BmcAddress.Contains('@', StringComparison.Ordinal))
        {
            return $"; change spec.bmc.address while the host is detached (annotation {Detached})";
        }

        string patch = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["bmc"] = new JsonObject
                {
                    ["address"] = host.BmcAddress.Replace(server, now.Id, StringComparison.OrdinalIgnoreCase),
                },
            },
        }.ToJsonString(Plain);
        string place = $"-n {CommandArgument.Of(host.Namespace)} baremetalhosts {CommandArgument.Of(host.Name)}";
        return $"; by its MAC address it is {now} ({now.Id}). Run \"oc annotate {place} {Detached}=true\", "
            + $"\"oc patch {place} --type merge -p {CommandArgument.Of(patch)}\" and \"oc annotate {place} {Detached}-\"";
    }

    private static IEnumerable<ClusterCheck> OfAllowList(Reading<string?>? reading, DeploymentFacts facts)
    {
        if (reading is null or { Value: null, Problem: null })
        {
            yield break;
        }

        if (reading.Value is not { } text)
        {
            yield return ClusterCheck.Unknown(CheckName.VirtualBmc, reading);
            yield break;
        }

        Match list = AllowList().Match(text);
        if (!list.Success)
        {
            yield break;
        }

        HashSet<string> allowed = [.. Id().Matches(list.Value).Select(id => id.Value.ToLowerInvariant())];
        string[] gone = [.. allowed.Except(facts.ServerIds).Order(StringComparer.Ordinal)];
        string[] lacking = [.. facts.Stack.BmcServers.Where(server => facts.ServerIds.Contains(server.Value) && !allowed.Contains(server.Value))
            .Select(server => $"{server.Key} ({server.Value})").Order(StringComparer.Ordinal)];
        string[] faults =
        [
            .. gone.Length > 0 ? [$"names servers that do not exist ({NameList.Short(gone)})"] : Array.Empty<string>(),
            .. lacking.Length > 0 ? [$"lacks {NameList.Short(lacking)}"] : Array.Empty<string>(),
        ];
        yield return faults.Length == 0
            ? new(CheckName.VirtualBmc, ClusterCheckResult.Passed, "the virtual BMC may manage the servers that exist")
            : Warning(ConfigMap, $"the allow-list of the virtual BMC (config map {ConfigMap}) {string.Join(" and ", faults)}; run "
                + $"'{PlaybookOf(facts.Stack, "VirtualBmc")}'");
    }

    /// <summary>Ironic's own database cannot be read from here, so nothing shows whether this was mended.</summary>
    private static IEnumerable<ClusterCheck> OfIronic(Reading<IReadOnlyList<string>>? reading, DeploymentFacts facts) =>
        reading?.Value is { Count: > 0 } && facts.Stack is { IsRestored: true, IronicNodes.Count: > 0 } stack
            ? [new(CheckName.VirtualBmc, ClusterCheckResult.Skipped,
                "Ironic's database cannot be read. The deployment was restored: nodes that were enrolled in Ironic before hold the old ids, "
                + "unless that was mended" + Commands(stack))]
            : [];

    private static string PlaybookOf(StackFacts stack, string stage) =>
        $"Invoke-HotstackPlaybook CHECKOUT -StackName {(stack.Name is { } name ? CommandArgument.Of(name) : "STACK")} -ParameterFile FILES -Stage {stage}";

    private static string Commands(StackFacts stack)
    {
        string[] commands = [.. stack.IronicNodes.Where(stack.BmcServers.ContainsKey).Select(node =>
            $"'openstack baremetal node set {CommandArgument.Of(node)} --driver-info "
                + $"redfish_system_id=/redfish/v1/Systems/{CommandArgument.Of(stack.BmcServers[node])}'")];
        return commands.Length == 0 ? "" : $"; for Ironic run, where its client is, {string.Join(", ", commands)}";
    }

    private static ClusterCheck Warning(string? target, string message) =>
        new(CheckName.VirtualBmc, ClusterCheckResult.Warning, message) { Target = target };

    [GeneratedRegex(@"/Systems/(?<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex SystemId();

    [GeneratedRegex(@"^\s*SUSHY_EMULATOR_ALLOWED_INSTANCES\s*=[^\]]*\]", RegexOptions.Multiline)]
    private static partial Regex AllowList();

    [GeneratedRegex(@"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Id();
}
