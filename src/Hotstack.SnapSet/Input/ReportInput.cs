using Hotstack.Clusters;
using Hotstack.Reports;
using Hotstack.Restoring;
using Hotstack.Runs.Renewal;
using Hotstack.SnapSets;

namespace Hotstack.Input;

/// <summary>Collects the objects of a report. They may come from the cloud, or from a file, a job or another computer, which keep only the
/// properties: so the properties are all that is read.</summary>
internal sealed class ReportInput
{
    private static readonly IReadOnlyDictionary<string, Action<ReportInput, StoredObject>> Known =
        new Dictionary<string, Action<ReportInput, StoredObject>>
        {
            [typeof(SnapSet).FullName!] = (report, one) => report._sets.Add(SetOf(one)),
            [typeof(SnapSetFinding).FullName!] = (report, one) => report._findings.Add(FindingOf(one, one.Text("SnapSetId"), "Member")),
            [typeof(ClusterReport).FullName!] = (report, one) => report.AddCluster(one),
            [typeof(ClusterRecord).FullName!] = (report, one) => report.AddShutdown(one),
            [typeof(ReviveReport).FullName!] = (report, one) => report.AddRevival(one),
            [typeof(RestoredStack).FullName!] = (report, one) => report.AddRestored(one),
            [typeof(UpdatedSnapSet).FullName!] = (report, one) => report._runs.Add(RenewalOf(one)),
        };

    private static readonly string[] Purposes = ["Client", "Serving"];

    private readonly List<ReportedSet> _sets = [];
    private readonly List<ReportedRun> _runs = [];
    private readonly List<ReportedCluster> _clusters = [];
    private readonly List<ReportedFinding> _findings = [];

    /// <summary>Adds objects; null is left out.</summary>
    /// <exception cref="HotstackException">An object is of a type that no report shows (<c>ReportObjectUnknown</c>).</exception>
    public ReportInput Add(IEnumerable<object?> objects)
    {
        foreach (StoredObject one in objects.OfType<object>().SelectMany(StoredObject.Each))
        {
            (one.Types.Select(Known.GetValueOrDefault).FirstOrDefault(add => add is not null) ?? throw Unknown(one.Types[0]))(this, one);
        }

        return this;
    }

    /// <summary>What was collected.</summary>
    /// <param name="source">Where it comes from, in a phrase.</param>
    /// <param name="now">Today.</param>
    public ReportContent ToContent(string source, DateTimeOffset now) => new()
    {
        Source = source,
        Now = now,
        Sets = _sets,
        Runs = _runs,
        Clusters = _clusters,
        Findings = _findings,
    };

    private static HotstackException Unknown(string type) => new(
        ErrorCause.InputInvalid, "ReportObjectUnknown", $"A report does not show objects of type {type}.")
    {
        Target = type,
        Hint = "Pipe the output of Get-HotstackSnapSet, Test-HotstackSnapSet, Test-HotstackCluster, Suspend-HotstackCluster, "
            + "Invoke-HotstackRevive, Restore-HotstackSnapSet or Update-HotstackSnapSet.",
    };

    private static ReportedSet SetOf(StoredObject one) => new()
    {
        Id = one.Text("Id"),
        StackName = one.TextOrNull("StackName"),
        Scenario = one.TextOrNull("Scenario"),
        ClusterVersion = one.TextOrNull("ClusterVersion"),
        CreatedAt = one.Moment("CreatedAt"),
        UnattendedUntil = one.Moment("UnattendedUntil"),
        AssistedUntil = one.Moment("AssistedUntil"),
        State = one.Text("State"),
        Labels = one.Text("LabelsText"),
        Problems = one.Texts("Problems"),
        Members = [.. one.Objects("Members").Select(member => new ReportedMember(member.Text("Name"), member.Number("Size")))],
    };

    private static ReportedFinding FindingOf(StoredObject one, string subject, string target) =>
        new(subject, one.Text("Result"), one.Text("Check"), one.Text(target), one.Text("Message"));

    private void AddCluster(StoredObject one)
    {
        _clusters.Add(new ReportedCluster
        {
            Name = one.Text("Name"),
            Version = one.TextOrNull("Version"),
            State = one.Text("Verdict"),
            Summary = one.Texts("Summary"),
            SeenAt = one.Moment("CheckedAt"),
            UnattendedUntil = one.Moment("UnattendedUntil"),
            AssistedUntil = one.Moment("AssistedUntil"),
            Certificates =
            [
                .. one.Objects("Certificates").Select(CertificateOf),
                .. one.Objects("Nodes").SelectMany(NodeCertificates),
            ],
        });
        AddChecks(one, one.Text("Name"));
    }

    private void AddChecks(StoredObject one, string subject) =>
        _findings.AddRange(one.Objects("Checks").Select(check => FindingOf(check, subject, "Target")));

    private void AddRevival(StoredObject one)
    {
        string name = one.Text("Name");
        _runs.Add(new ReportedRun($"Revival of {name}", one.Text("Summary"), one.Span("Duration"), StepsOf(one)));
        if (one.Object("Assessment") is { } assessment && assessment.TextOrNull("Verdict") is not null)
        {
            AddCluster(assessment);
        }
        else
        {
            AddChecks(one, name);
        }
    }

    private void AddRestored(StoredObject one)
    {
        _runs.Add(new ReportedRun($"Restore of {one.Text("SnapSetId")} as {one.Text("StackName")}", "", one.Span("Duration"), []));
        if (one.Object("Revival") is { } revival)
        {
            AddRevival(revival);
        }
    }

    /// <summary>A record that was read from a set has no steps.</summary>
    private void AddShutdown(StoredObject one)
    {
        ReportedCluster cluster = ShutDown(one);
        _clusters.Add(cluster);
        if (StepsOf(one) is { Length: > 0 } steps)
        {
            string off = $"{one.Objects("Instances").Count()} servers of the deployment are off.";
            _runs.Add(new ReportedRun($"Shutdown of {cluster.Name}", off, one.Span("Duration"), steps));
        }
    }

    private static ReportedRun RenewalOf(StoredObject one) => new(
        $"Renewal of {one.Text("RenewedFrom")} as {one.Text("SnapSetId")}",
        one.Moment("UnattendedUntil") is { } end ? $"The new set revives unattended until {end.UtcDateTime:yyyy-MM-dd HH:mm}Z." : "",
        one.Span("Duration"), StepsOf(one));

    private static ReportedStep[] StepsOf(StoredObject one) =>
    [
        .. one.Objects("Timeline").Where(step => step.Moment("At") is not null)
            .Select(step => new ReportedStep(step.Moment("At")!.Value, step.Text("Step"), step.Text("Result"), step.Span("Duration"))),
    ];

    private static ReportedCluster ShutDown(StoredObject one) => new()
    {
        Name = one.TextOrNull("StackName") ?? one.Text("ClusterId"),
        Version = one.TextOrNull("Version"),
        State = "Suspended",
        SeenAt = one.Moment("RecordedAt"),
        UnattendedUntil = one.Moment("UnattendedUntil"),
        AssistedUntil = one.Moment("AssistedUntil"),
        Certificates = [.. one.Objects("Nodes").SelectMany(NodeCertificates)],
    };

    private static ReportedCertificate CertificateOf(StoredObject one) => new(
        $"{one.Text("Namespace")}/{one.Text("Name")}", one.Moment("NotBefore"), one.Moment("NotAfter"),
        one.TextOrNull("Problem") ?? (one.Text("RegeneratesOffline") == bool.TrueString ? "made anew when the cluster starts" : ""));

    private static IEnumerable<ReportedCertificate> NodeCertificates(StoredObject node) =>
        from purpose in Purposes
        let end = node.Moment($"{purpose}CertificateUntil")
        where end is not null
        select new ReportedCertificate($"kubelet {node.Text("Name")}, {purpose}", null, end, "");
}
