namespace Hotstack.Clusters.Look;

/// <summary>The state of a cluster in short sentences. A part that was not read has none but its reason.</summary>
internal sealed class StatusText(ClusterStatus status)
{
    public IEnumerable<string> Lines() => new[]
    {
        status.ReadyNodeCount is not null ? Nodes() : null,
        status.StableOperatorCount is not null ? Operators() : null,
        Certificates(),
        status.PendingRequestCount is not null ? Requests() : null,
    }.OfType<string>().Concat(status.Unread.Select(unread => $"Not read: {unread}."));

    private string Nodes()
    {
        string[] parts =
        [
            $"{status.ReadyNodeCount} ready",
            .. Part("not ready", status.Nodes.Where(node => !node.IsReady).Select(node => node.Name)),
            .. Part("cordoned", status.Nodes.Where(node => node.IsUnschedulable).Select(node => node.Name)),
            .. status.Nodes.SelectMany(node => node.Pressures.Select(pressure => (pressure, node.Name))).GroupBy(pair => pair.pressure)
                .SelectMany(group => Part($"with {group.Key}", group.Select(pair => pair.Name))),
        ];
        return $"{CountText.Of(status.Nodes.Count, "node")}: {string.Join(", ", parts)}.";
    }

    private string Operators()
    {
        string[] parts =
        [
            $"{status.StableOperatorCount} stable",
            .. status.Operators.Where(one => !one.IsStable).GroupBy(one => one.State)
                .SelectMany(group => Part(group.Key, group.Select(one => one.Name))),
        ];
        return $"{CountText.Of(status.Operators.Count, "operator")}: {string.Join(", ", parts)}.";
    }

    private string? Certificates()
    {
        string?[] parts =
        [
            status.FirstExpiry is { } first
                ? $"The first certificate expires at {TimeText.Of(first)}{In(first)}: {status.FirstExpiryOf}." : null,
            status.Expired.Count > 0
                ? $"{CountText.Of(status.Expired.Count, "certificate")} expired: {NameList.Short(status.Expired)}." : null,
        ];
        return parts.OfType<string>().ToArray() is { Length: > 0 } known ? string.Join(' ', known) : null;
    }

    private string In(DateTimeOffset moment) => status.ServerTime is { } now ? $", in {TimeText.Of(moment - now)}" : "";

    private string Requests()
    {
        if (status.CertificateRequests.Count == 0)
        {
            return "No certificate requests.";
        }

        string[] pending = [.. status.CertificateRequests.Where(request => request.IsPending).Select(request => request.Name)];
        return $"{CountText.Of(status.CertificateRequests.Count, "certificate request")}"
            + (pending.Length > 0 ? $": {string.Concat(Part("pending", pending))}." : ", none pending.");
    }

    private static IEnumerable<string> Part(string what, IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0 ? [] : [$"{all.Length} {what} ({NameList.Short(all)})"];
    }
}
