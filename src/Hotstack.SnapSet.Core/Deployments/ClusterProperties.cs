using System.Globalization;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Deployments;

/// <summary>The cluster's properties on a member's image: the cluster's on every image, a node's on its own. All are written, with or
/// without a record: otherwise a snapshot of a restored server inherits an older set's.</summary>
internal static class ClusterProperties
{
    /// <summary>Nova's limit for a value.</summary>
    private const int MaxCharacters = 255;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string OpenShiftGroup = ".openshift.io";

    private const string ClusterIdKey = "hotstack_cluster_id";
    private const string VersionKey = "hotstack_cluster_version";
    public const string RecordedAtKey = "hotstack_cluster_recorded_at";
    private const string UnattendedUntilKey = "hotstack_unattended_until";
    private const string AssistedUntilKey = "hotstack_assisted_until";
    private const string UpperBoundsKey = "hotstack_dates_are_upper_bounds";
    private const string OperatorCountKey = "hotstack_cluster_operators";
    private const string ApiGroupsKey = "hotstack_cluster_api_groups";
    private const string BrokenApisKey = "hotstack_cluster_broken_apis";
    private const string BrokenOperatorsKey = "hotstack_cluster_broken_operators";
    private const string BrokenInstalledKey = "hotstack_cluster_broken_installed";
    private const string OffInstancesKey = "hotstack_off_instances";
    private const string NodeKey = "hotstack_node_name";
    private const string AddressesKey = "hotstack_node_addresses";
    private const string BootIdKey = "hotstack_node_boot_id";
    private const string WasUnschedulableKey = "hotstack_node_unschedulable";
    private const string ClientUntilKey = "hotstack_node_client_until";
    private const string ServingUntilKey = "hotstack_node_serving_until";

    /// <summary>The keys that hold times.</summary>
    public static readonly IReadOnlyList<string> DateKeys = [RecordedAtKey, UnattendedUntilKey, AssistedUntilKey, ClientUntilKey,
        ServingUntilKey];

    /// <param name="record">Null if there is no record.</param>
    /// <param name="instanceName">The member whose image it is.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(ClusterRecord? record, string instanceName)
    {
        NodeRecord? node = record?.Nodes.FirstOrDefault(n => n.InstanceName == instanceName);
        return
        [
            new(ClusterIdKey, record?.ClusterId ?? ""),
            new(VersionKey, record?.Version ?? ""),
            new(RecordedAtKey, Text(record?.RecordedAt)),
            new(UnattendedUntilKey, Text(record?.UnattendedUntil)),
            new(AssistedUntilKey, Text(record?.AssistedUntil)),
            new(UpperBoundsKey, record is { AreDatesUpperBounds: true } ? "true" : ""),
            new(OperatorCountKey, record?.OperatorCount?.ToString(CultureInfo.InvariantCulture) ?? ""),
            new(ApiGroupsKey, Join(record?.ApiGroups.Select(Short) ?? [])),
            new(BrokenApisKey, Join(record?.BrokenApiServices ?? [])),
            new(BrokenOperatorsKey, Join(record?.BrokenOperators ?? [])),
            new(BrokenInstalledKey, Join(record?.BrokenInstalledOperators ?? [])),
            new(OffInstancesKey, Join(record?.OffInstances ?? [])),
            new(NodeKey, node?.Name ?? ""),
            new(AddressesKey, Join(node?.Addresses.Select(a => a.ToString()) ?? [])),
            new(BootIdKey, node?.BootId ?? ""),
            new(WasUnschedulableKey, node is null ? "" : node.WasUnschedulable ? "true" : "false"),
            new(ClientUntilKey, Text(node?.ClientCertificateUntil)),
            new(ServingUntilKey, Text(node?.ServingCertificateUntil)),
        ];
    }

    /// <summary>The cluster's record on one image, with that image's node only; null if there is none.</summary>
    public static ClusterRecord? From(IReadOnlyDictionary<string, string> properties, string instanceName)
    {
        if (TimeOf(RecordedAtKey) is not { } recordedAt)
        {
            return null;
        }

        return new ClusterRecord
        {
            RecordedAt = recordedAt,
            ClusterId = Value(ClusterIdKey),
            Version = Value(VersionKey),
            UnattendedUntil = TimeOf(UnattendedUntilKey),
            AssistedUntil = TimeOf(AssistedUntilKey),
            AreDatesUpperBounds = Value(UpperBoundsKey) == "true",
            OperatorCount = int.TryParse(Value(OperatorCountKey), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count
                : null,
            ApiGroups = [.. List(ApiGroupsKey).Select(Long)],
            BrokenApiServices = [.. List(BrokenApisKey)],
            BrokenOperators = [.. List(BrokenOperatorsKey)],
            BrokenInstalledOperators = [.. List(BrokenInstalledKey)],
            OffInstances = [.. List(OffInstancesKey)],
            Nodes = Value(NodeKey) is not { } node
                ? []
                :
                [
                    new NodeRecord
                    {
                        Name = node,
                        InstanceName = instanceName,
                        Addresses = [.. List(AddressesKey).Select(Address).OfType<NodeAddress>()],
                        BootId = Value(BootIdKey),
                        WasUnschedulable = Value(WasUnschedulableKey) == "true",
                        ClientCertificateUntil = TimeOf(ClientUntilKey),
                        ServingCertificateUntil = TimeOf(ServingUntilKey),
                    },
                ],
        };

        string? Value(string key) => properties.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

        string[] List(string key) => Value(key)?.Split(',') ?? [];

        DateTimeOffset? TimeOf(string key) => Time(Value(key));
    }

    /// <summary>The record combined from the images of a set; null if no image has one.</summary>
    public static ClusterRecord? Merge(IEnumerable<ClusterRecord?> records)
    {
        ClusterRecord[] all = [.. records.OfType<ClusterRecord>()];
        return all.Length == 0 ? null : all[0] with { Nodes = NodeRecord.InOrder(all.SelectMany(record => record.Nodes)) };
    }

    /// <summary>Formats a time.</summary>
    public static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Parses a time; null if invalid.</summary>
    public static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static NodeAddress? Address(string text) =>
        text.Split('=', 2) is [{ } type, { } address] ? new NodeAddress(type, address) : null;

    private static string Short(string group) =>
        group.EndsWith(OpenShiftGroup, StringComparison.Ordinal) ? group[..^OpenShiftGroup.Length] : group;

    private static string Long(string group) => group.Contains('.', StringComparison.Ordinal) ? group : group + OpenShiftGroup;

    /// <summary>Joins as many as fit.</summary>
    private static string Join(IEnumerable<string> parts)
    {
        string text = "";
        foreach (string part in parts)
        {
            string longer = text.Length == 0 ? part : $"{text},{part}";
            if (longer.Length > MaxCharacters)
            {
                break;
            }

            text = longer;
        }

        return text;
    }
}
