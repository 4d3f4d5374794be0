using Hotstack.Clusters.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Hotstack.OpenStack;

namespace Hotstack.Clusters.Suspend;

/// <summary>Creates the record of a cluster before its shutdown.</summary>
internal sealed class ClusterRecords(Cloud cloud, Cluster cluster)
{
    /// <param name="instances">The servers of the deployment.</param>
    /// <param name="report">The report on the cluster; null if there is none.</param>
    /// <param name="pairs">Its nodes with their servers.</param>
    /// <param name="isUncordoning">No cordon is wanted.</param>
    public ClusterRecord Of(
        IReadOnlyList<Instance> instances, ClusterReport? report, IReadOnlyList<NodeServer> pairs, bool isUncordoning = false)
    {
        var record = new ClusterRecord
        {
            RecordedAt = Now,
            ClusterId = report?.ClusterId,
            Version = report?.Version,
            OperatorCount = report?.Operators.Count,
            ApiGroups = report is null ? [] : [.. report.ApiGroups],
            BrokenApiServices = [.. report?.BrokenApiServices ?? []],
            BrokenOperators = [.. report?.Operators.Where(o => !o.IsStable).Select(o => o.Name) ?? []],
            BrokenInstalledOperators = [.. report?.BrokenInstalledOperators ?? []],
            OffInstances = report is null ? []
                : [.. Roles.OffAmong(instances).Where(i => pairs.All(p => p.Instance.Id != i.Id)).Select(i => i.Name)],
            Nodes = NodeRecord.InOrder(pairs.Select(p => new NodeRecord
            {
                Name = p.Node.Name,
                InstanceName = p.Instance.Name,
                Addresses = [.. p.Known.OwnOf(p.Node.Addresses)],
                BootId = p.Node.BootId,
                WasUnschedulable = Cordon.WasBefore(p.Node) && !LeftCordons.IsLeft(p.Node, isUncordoning),
            })),
        };
        return Of(instances, report is null ? record : WithReport(record, report));
    }

    /// <summary>An earlier record of the cluster, with the deployment as it is now.</summary>
    public ClusterRecord Of(IReadOnlyList<Instance> instances, ClusterRecord record) => record with
    {
        Instances = [.. instances],
        StackName = instances.Select(i => i.StackName).FirstOrDefault(name => name is not null),
        Cloud = cloud.Name,
        Region = cloud.Region,
    };

    /// <summary>By the cloud's clock, which also dates the starts of servers: a record holds until one starts.</summary>
    private DateTimeOffset Now => cloud.IsTimeKnown ? cloud.Now : cluster.Now;

    /// <summary>The record with the dates of a later report.</summary>
    public ClusterRecord WithReport(ClusterRecord record, ClusterReport report) => record with
    {
        RecordedAt = Now,
        UnattendedUntil = report.UnattendedUntil,
        AssistedUntil = report.AssistedUntil,
        AreDatesUpperBounds = report.DatesDoubt is not null,
        Nodes = [.. record.Nodes.Select(node => WithCertificates(node, report))],
    };

    /// <summary>Warns about services that do not work now.</summary>
    public static void WarnOfBroken(ClusterRecord record, IActivity activity)
    {
        string[] broken =
        [
            .. record.BrokenApiServices.Select(name => $"API {name}"),
            .. record.BrokenOperators.Select(name => $"cluster operator {name}"),
            .. record.BrokenInstalledOperators.Select(name => $"installed operator {name}"),
        ];
        if (broken.Length > 0)
        {
            activity.Warning("Some services do not work now; the record lists them, and a revival does not wait for them: "
                + $"{string.Join(", ", broken)}.");
        }
    }

    private static NodeRecord WithCertificates(NodeRecord node, ClusterReport report)
    {
        NodeReport? found = report.Nodes.FirstOrDefault(n => n.Name == node.Name);
        return node with
        {
            ClientCertificateUntil = found?.ClientCertificateUntil,
            ServingCertificateUntil = found?.ServingCertificateUntil,
        };
    }
}
