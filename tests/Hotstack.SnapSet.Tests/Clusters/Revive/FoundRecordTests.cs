using Hotstack.Clusters.Suspend;
using Hotstack.Deployments;
using Hotstack.OpenShift;
using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Remove;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Clusters.Revive;

/// <summary>The record of a cluster is found wherever it is: not only one pipeline carries it.</summary>
public sealed class FoundRecordTests : SuspendFixture
{
    private static NewSnapSetRequest Create => new() { Source = Stack };

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-found-").FullName;

    private string? _risk;

    [Fact]
    public async Task A_set_of_a_cluster_that_was_suspended_on_a_line_of_its_own_has_its_dates()
    {
        ClusterRecord record = (await SuspendAsync())!;

        SnapSet set = await CreateAsync(Create);

        Assert.Equal((record.ClusterId, Cut(record.UnattendedUntil), Cut(record.AssistedUntil)),
            (set.ClusterRecord?.ClusterId, set.UnattendedUntil, set.AssistedUntil));
        Assert.Equal(record.Nodes.Select(n => n.Name), set.ClusterRecord!.Nodes.Select(n => n.Name));
        Assert.Empty(Activity.Warnings);
        Assert.Null(_risk);
    }

    [Fact]
    public async Task So_has_a_set_that_is_resumed_and_was_begun_without()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Sandbox.Faults.Add(new Fault { Kind = FaultKind.KillSnapshot, Server = "master1" });
        var failure = await Assert.ThrowsAsync<SnapSetFailedException>(() => CreateAsync(Create with { KeepPartial = true }));
        foreach (Hotstack.Sandbox.Imaging.Image image in Sandbox.Cloud.Images.Where(i => i.Properties.ContainsKey("hotstack_snap_id")))
        {
            image.Properties["hotstack_cluster_recorded_at"] = "";
        }

        SnapSet set = await CreateAsync(new NewSnapSetRequest { ResumeId = failure.SnapSetId });

        Assert.Equal(record.ClusterId, set.ClusterRecord?.ClusterId);
        Assert.Equal(NodeNames.Order(), set.ClusterRecord!.Nodes.Select(n => n.Name).Order());
    }

    [Fact]
    public async Task Nodes_that_were_started_since_have_no_record_any_more()
    {
        ClusterRecord record = (await SuspendAsync())!;
        await StartAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        Sandbox.Cloud.StopServers();

        SnapSet set = await CreateAsync(Create);

        Assert.Null(set.ClusterRecord);
        Assert.Contains(Activity.Warnings, w => w.Contains(TimeText.Of(record.RecordedAt), StringComparison.Ordinal)
            && w.Contains("is outdated", StringComparison.Ordinal)
                && w.Contains("Suspend-HotstackCluster hs-multi | New-HotstackSnapSet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stack", "Suspend-HotstackCluster hs-multi | New-HotstackSnapSet")]
    [InlineData("instances", " -Role controller, ocp_master, ocp_master, ocp_master, ocp_worker, ocp_worker | Suspend-HotstackCluster | New-HotstackSnapSet")]
    [InlineData("chosen", "Get-HotstackInstance hs-multi -Name controller, master0 -Role @{ 'controller' = 'controller'; 'master0' = 'ocp_master' }"
        + " | Suspend-HotstackCluster | New-HotstackSnapSet")]
    [InlineData("no node", null)]
    public async Task Without_a_record_the_command_that_makes_one_is_named(string source, string? command)
    {
        await WithAllNodesAsync();
        Sandbox.Cloud.StopServers();
        IReadOnlyList<Instance> all = await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop);
        SnapSet set = await CreateAsync(Create with
        {
            Source = source switch
            {
                "stack" => Stack,
                "instances" => new InstanceSource { Instances = all },
                "chosen" => Stack with { Choice = new() { Names = ["controller", "*0"], Roles = ["controller", "ocp_master"], RolesByName = [("m*", "ocp_master")] } },
                _ => new InstanceSource { Instances = [.. all.Where(i => i.Role == "controller")] },
            },
        });

        Assert.Null(set.ClusterRecord);
        Assert.Equal(command is not null, Activity.Warnings.Any(w => w.EndsWith(command ?? "-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Servers_that_run_are_looked_into_and_recorded_before_they_are_stopped()
    {
        await WithAllNodesAsync();
        SnapSet set = await CreateAsync(Create with { StopServers = true });

        Assert.Equal(5, set.ClusterRecord?.Nodes.Count);
        Assert.NotNull(set.UnattendedUntil);
        Assert.Null(_risk);
    }

    [Fact]
    public async Task A_young_cluster_is_not_shut_down_for_a_set()
    {
        Age = TimeSpan.FromHours(12);
        await RestartAsync();

        HotstackException e = await Assert.ThrowsAnyAsync<HotstackException>(() => CreateAsync(Create with { StopServers = true }));

        Assert.Equal("ClusterNotSafe", e.Id);
        AssertNothingHappened();
    }

    [Theory]
    [InlineData("skipped", "-SkipCertificateCheck")]
    [InlineData("unreachable", "cannot be checked")]
    [InlineData("none", "no cluster is known")]
    [InlineData("no rights", "cannot be checked")]
    public async Task Where_nothing_is_known_of_the_cluster_the_risk_is_asked(string how, string why)
    {
        Func<Cluster>? connect = how switch
        {
            "none" => null,
            "no rights" => () => ConnectToCluster("restricted"),
            "unreachable" => () => throw new HotstackException(ErrorCause.ServiceUnavailable, "ConnectionFailed",
                "The API does not answer."),
            _ => () => Cluster,
        };

        SnapSet set = await CreateAsync(Create with { StopServers = true, Inspection = new() { SkipCertificateCheck = how == "skipped" } },
            connect);

        Assert.Null(set.ClusterRecord);
        Assert.Contains(why, _risk, StringComparison.Ordinal);
        Assert.Contains("WITHOUT regard to the cluster's certificates", _risk, StringComparison.Ordinal);
        SnapSetFinding finding = (await new TestSnapSet(Cloud).RunAsync(set.Id, Stop)).Single(f => f.Check == "Revivable");
        Assert.Equal(SnapSetCheckResult.Warning, finding.Result);
        Assert.Contains("not recorded", finding.Message, StringComparison.Ordinal);
        Assert.True(await new TestSnapSet(Cloud).IsUsableAsync(set.Id, Activity, Stop));
        Assert.Contains(Activity.Warnings, w => w.Contains(finding.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kubeconfig_that_the_user_named_has_to_lead_to_the_cluster()
    {
        HotstackException e = await Assert.ThrowsAsync<HotstackException>(() => CreateAsync(
            Create with { StopServers = true, Inspection = new() { IsClusterNamed = true } },
            () => throw new HotstackException(ErrorCause.ConfigurationInvalid, "KubeconfigNotFound", "There is no such file.")));

        Assert.Equal("KubeconfigNotFound", e.Id);
        AssertNothingHappened();
    }

    [Fact]
    public async Task A_revival_by_the_stacks_name_takes_what_the_shutdown_noted()
    {
        await WithAllNodesAsync();
        Behind.Change("nodes", "worker0", node => node["spec"]!["unschedulable"] = true);
        await SuspendAsync();
        foreach (string node in NodeNames)
        {
            Behind.Change("nodes", node, n => n["metadata"]!["annotations"]!.AsObject().Remove("hotstack-snapset/cordoned"));
        }

        ReviveReport report = (await ReviveAsync(Stack))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Equal(["worker0"], Cordoned);
        Assert.DoesNotContain(Activity.Warnings, w => w.Contains("not recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_refused_when_the_noted_dates_are_past()
    {
        await SuspendAsync();
        Clock.Advance(TimeSpan.FromDays(400));

        HotstackException e = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(Stack));

        Assert.Equal("ReviveTooLate", e.Id);
        Golden.Message(e);
    }

    [Theory]
    [InlineData(false, "SnapSet")]
    [InlineData(true, "the metadata of the servers")]
    public async Task Servers_that_were_restored_have_the_record_of_their_set_unless_they_were_suspended_since(bool suspendedSince,
        string source)
    {
        (SnapSet set, RestoredStack restored) = await RestoreAsync();
        if (suspendedSince)
        {
            await new KeptRecord(Cloud).WriteAsync(set.ClusterRecord! with { RecordedAt = Clock.GetUtcNow() },
                Roles.NodesAmong(restored.Servers), null, Stop);
        }

        FoundRecord? found = await new RecordSearch(Cloud).FindAsync(restored.Servers, Activity, Stop);

        Assert.Equal(set.ClusterRecord!.ClusterId, found?.Record.ClusterId);
        Assert.StartsWith(source, found!.Source, StringComparison.Ordinal);
        Assert.Equal(NodeNames.Order(), found.Record.Nodes.Select(n => n.Name).Order());
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(399, false)]
    public async Task Dates_of_a_set_do_not_count_for_servers_that_ran_while_they_could_be_renewed(int restoredAfterDays,
        bool mayHaveRenewed)
    {
        await SuspendAsync();
        SnapSet set = await CreateAsync(Create);
        Clock.Advance(TimeSpan.FromDays(restoredAfterDays));
        RestoredStack restored = await RestoreAsync(set);
        Clock.Advance(TimeSpan.FromDays(400 - restoredAfterDays));

        Assert.Equal(mayHaveRenewed, (await new RecordSearch(Cloud).FindAsync(restored.Servers, Activity, Stop))?.MayHaveRenewed);
    }

    [Fact]
    public async Task Also_not_for_servers_that_were_started_once_more_when_it_was_too_late()
    {
        (_, RestoredStack restored) = await RestoreAsync();
        Clock.Advance(TimeSpan.FromDays(400));
        var power = new ServerPower(Cloud, Activity);
        await power.StopAsync(restored.Servers, TimeSpan.FromSeconds(5), new Deadline(TimeSpan.FromMinutes(10), Clock), Stop);
        await power.StartAsync(restored.Servers, TimeSpan.FromSeconds(5), new Deadline(TimeSpan.FromMinutes(10), Clock), Stop);

        Assert.True((await new RecordSearch(Cloud).FindAsync(restored.Servers, Activity, Stop))?.MayHaveRenewed);
    }

    [Fact]
    public async Task Of_a_deployment_with_other_nodes_than_were_recorded_only_identity_and_dates_count()
    {
        (SnapSet set, RestoredStack restored) = await RestoreAsync();

        FoundRecord? found = await new RecordSearch(Cloud).FindAsync([.. restored.Servers.Where(s => s.Name != "worker0")], Activity, Stop);

        Assert.Equal((set.ClusterRecord!.ClusterId, set.AssistedUntil), (found?.Record.ClusterId, found?.Record.AssistedUntil));
        Assert.Empty(found!.Record.Nodes);
        Assert.Contains(Activity.Warnings, w => w.Contains("has other nodes than the deployment", StringComparison.Ordinal));
    }

    [Fact]
    public void The_longest_time_for_a_report_is_no_error()
    {
        using var reads = new BoundedReads(TimeSpan.FromDays(3660), Stop);
        Assert.False(reads.AreOver);
    }

    [Fact]
    public async Task The_record_of_a_set_that_was_removed_is_told_to_be_gone()
    {
        (SnapSet set, RestoredStack restored) = await RestoreAsync();
        await new RemoveSnapSet(Cloud).RunAsync(set.Id, force: false, Activity, Yes, Stop);

        Assert.Null(await new RecordSearch(Cloud).FindAsync([.. restored.Servers.Select(s => s with { StackName = restored.StackName })],
            Activity, Stop));

        Assert.Contains(Activity.Warnings, w => w.Contains($"SnapSet {set.Id}, from which", StringComparison.Ordinal));
    }

    protected override void DisposeConnections()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        base.DisposeConnections();
    }

    private static DateTimeOffset? Cut(DateTimeOffset? time) => ClusterProperties.Time(ClusterProperties.Text(time));

    private Task<SnapSet> CreateAsync(NewSnapSetRequest request) => CreateAsync(request, () => Cluster);

    private async Task<SnapSet> CreateAsync(NewSnapSetRequest request, Func<Cluster>? connect) => Assert.IsType<SnapSet>(
        await new NewSnapSet(Cloud)
        {
            Inspector = connect is null ? null : new ClusterInspector(Cloud, _ => connect()),
            ConfirmRisk = (_, action) =>
            {
                _risk = action;
                return Task.FromResult(true);
            },
        }.RunAsync(request, Activity, Yes, Stop));

    private Task<ReviveReport?> ReviveAsync(InstanceSource source) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = source, PollInterval = Seldom }, Activity, Yes,
            Stop);

    private async Task StartAsync()
    {
        IReadOnlyList<Instance> all = await new GetInstances(Cloud).RunAsync(Stack, Activity, Stop);
        await new ServerPower(Cloud, Activity).StartAsync(all, TimeSpan.FromSeconds(5), new Deadline(TimeSpan.FromMinutes(10), Clock),
            Stop);
    }

    private async Task<(SnapSet Set, RestoredStack Restored)> RestoreAsync()
    {
        await SuspendAsync();
        SnapSet set = await CreateAsync(Create);
        return (set, await RestoreAsync(set));
    }

    private async Task<RestoredStack> RestoreAsync(SnapSet set)
    {
        string template = Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(template, RestoreFixture.TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))]),
            Stop);
        var request = new RestoreSnapSetRequest { SnapSetId = set.Id, StackName = "hs-again", TemplatePath = template,
            PollInterval = TimeSpan.FromSeconds(5), AllowExpired = true };
        return Assert.IsType<RestoredStack>(await new RestoreSnapSet(Cloud).RunAsync(request, Activity, Yes, Stop));
    }
}
