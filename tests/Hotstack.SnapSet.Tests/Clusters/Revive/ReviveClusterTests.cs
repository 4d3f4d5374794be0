using Hotstack.Clusters.CertificateRequests;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Http;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Test;
using Xunit;

namespace Hotstack.Clusters.Revive;

public sealed class ReviveClusterTests : ClusterFixture
{
    [Fact]
    public async Task A_suspended_cluster_comes_back_to_proven_service()
    {
        ClusterRecord record = (await SuspendAsync())!;

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Empty(report.GetFailures());
        Assert.Empty(Cordoned);
        Assert.Equal(
            ["Servers", "Api", "Nodes", "Uncordon", "Settle", "Stable 5s (1 of 3)", "Stable 60s (2 of 3)", "Stable 60s (3 of 3)", "Apis"],
            report.Timeline.Select(t => t.Step));
        Assert.Equal("hs-multi", report.StackName);
        Assert.Empty(report.CertificateRequests);
    }

    [Fact]
    public async Task The_controller_is_started_first_and_the_masters_before_the_workers()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        var order = new List<string>();
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.Contains("os-start of server", StringComparison.Ordinal))
            {
                order.Add(text.Split(':')[0]);
            }
        };

        await ReviveAsync(record);

        Assert.Equal("controller", order[0]);
        Assert.Equal(["master0", "master1", "master2"], order[1..4].Order());
        Assert.Equal(["worker0", "worker1"], order[4..].Order());
    }

    [Fact]
    public async Task The_same_command_again_finds_all_done_and_changes_nothing()
    {
        ClusterRecord record = (await SuspendAsync())!;
        await ReviveAsync(record);
        int before = Writes();

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy);
        Assert.Equal(before, Writes());
    }

    [Fact]
    public async Task A_node_that_was_cordoned_before_stays_so()
    {
        await WithAllNodesAsync();
        Behind.Change("nodes", "worker1", node => node["spec"]!["unschedulable"] = true);
        ClusterRecord record = (await SuspendAsync())!;

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.Equal(["worker1"], Cordoned);
        Assert.Contains("worker1 had been cordoned before", report.Timeline.Single(t => t.Step == "Uncordon").Result,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_record_all_nodes_are_uncordoned_as_upstream_does_and_what_is_left_out_is_told()
    {
        await SuspendAsync();
        foreach (string node in NodeNames)
        {
            Behind.Change("nodes", node, n => n["metadata"]!["annotations"]!.AsObject().Remove("hotstack-snapset/cordoned"));
        }

        ForgetRecord();
        ReviveReport report = (await ReviveAsync(null))!;

        Assert.Empty(Cordoned);
        Assert.Contains(Activity.Warnings, w => w.Contains("was not recorded", StringComparison.Ordinal));
        Assert.Contains(report.Checks, c => c.Result == ClusterCheckResult.Skipped);
    }

    [Fact]
    public async Task Without_a_record_the_marks_on_the_nodes_tell_which_were_ours()
    {
        await WithAllNodesAsync();
        Behind.Change("nodes", "worker1", node => node["spec"]!["unschedulable"] = true);
        await SuspendAsync();
        ForgetRecord();

        await ReviveAsync(null);

        Assert.Equal(["worker1"], Cordoned);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(100)]
    public async Task After_weeks_the_kubelets_requests_are_approved_and_nobody_elses(int days)
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(TimeSpan.FromDays(days));
        IReadOnlyDictionary<string, string> hostile = new Dictionary<string, string>();
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.Contains(": Api: ", StringComparison.Ordinal))
            {
                hostile = Behind.AddHostileCsrs();
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Contains(Activity.Warnings, w => w.Contains("expired on", StringComparison.Ordinal));
        Assert.Equal(2 * NodeNames.Count, report.CertificateRequests.Count(r => r.Verdict == CsrVerdict.Approve));
        TimelineEntry approving = Assert.Single(report.Timeline, t => t.Step == "SigningRequests");
        Assert.Equal($"approved 10 signing requests of {string.Join(", ", NodeNames.Order(StringComparer.Ordinal))}", approving.Result);
        Assert.Equal(report.Timeline.Select(t => t.At).Order(), report.Timeline.Select(t => t.At));
        Assert.NotEmpty(hostile);
        Assert.All(hostile.Keys, name => Assert.DoesNotContain(
            Behind.Get("certificatesigningrequests", name)?["status"]?["conditions"]?.AsArray() ?? [],
            c => (string?)c!["type"] == "Approved"));
    }

    [Theory]
    [InlineData(CsrPolicy.Report)]
    [InlineData(CsrPolicy.None)]
    public async Task Unless_it_is_to_approve_nothing_is_approved(CsrPolicy policy)
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(TimeSpan.FromDays(31));

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => ReviveAsync(record, request => request with { CsrPolicy = policy }));

        Assert.Equal("NodesNotReady", failure.Id);
        Golden.Message(failure);
        Assert.DoesNotContain("SigningRequests: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Behind.List("certificatesigningrequests"),
            csr => csr["status"]?["conditions"]?.AsArray().Any(c => (string?)c!["reason"] == "HotstackSnapSetRevive") == true);

        ReviveReport report = (await ReviveAsync(record))!;
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    [Fact]
    public async Task After_the_last_date_it_is_refused_unless_forced()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(record.AssistedUntil!.Value - Clock.GetUtcNow() + TimeSpan.FromDays(1));

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal("ReviveTooLate", failure.Id);
        Assert.Contains(TimeText.Of(record.AssistedUntil!.Value), failure.Message, StringComparison.Ordinal);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task After_the_last_date_it_is_tried_if_forced_and_what_ran_out_is_told()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(record.AssistedUntil!.Value - Clock.GetUtcNow() + TimeSpan.FromDays(1));

        ReviveReport report = (await ReviveAsync(record, request => request with { Force = true }))!;

        Assert.False(report.IsHealthy);
        Assert.Equal(NodeNames.Count, report.Problems.Count(c => c is { Check: "Kubelets", Result: ClusterCheckResult.Failed }
            && c.Message.Contains("expired certificate", StringComparison.Ordinal)));
        Assert.Contains(report.Problems, c => c.Message.Contains("kube-apiserver-to-kubelet-signer expired at", StringComparison.Ordinal));
        Assert.Contains(Activity.Warnings, w => w.Contains(TimeText.Of(record.AssistedUntil!.Value), StringComparison.Ordinal)
            && w.Contains("-Force", StringComparison.Ordinal));
        Assert.All(Statuses.Values, status => Assert.Equal("ACTIVE", status));
    }

    [Fact]
    public async Task After_most_of_a_year_it_comes_back()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(record.AssistedUntil!.Value - Clock.GetUtcNow() - TimeSpan.FromDays(1));

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Equal(2 * NodeNames.Count, report.CertificateRequests.Count(r => r.Verdict == CsrVerdict.Approve));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(-400, true)]
    public async Task The_dates_are_held_against_the_clouds_calendar_not_this_machines(int daysAhead, bool isTooLate)
    {
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(isTooLate ? record.AssistedUntil!.Value - Clock.GetUtcNow() + TimeSpan.FromDays(1) : TimeSpan.Zero);
        using Cloud cloud = Cloud.Connect(
            Configuration("sandbox"), Activity, new ManualClock(Clock.GetUtcNow().AddDays(daysAhead)) { AutoAdvance = true });

        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(new() { Source = Stack, Cluster = record }, Activity, Yes, Stop))!;
        SnapSetFinding finding = (await new TestSnapSet(cloud).RunAsync(set.Id, Stop)).Single(f => f.Check == "Revivable");
        Exception? failure = await Xunit.Record.ExceptionAsync(
            () => new ReviveCluster(cloud, Cluster, new RecordSearch(cloud)).RunAsync(Request(record), Activity,
                (_, _) => Task.FromResult(false), Stop));

        Assert.Equal(isTooLate ? "ReviveTooLate" : null, (failure as HotstackException)?.Id);
        Assert.Equal(isTooLate ? SnapSetCheckResult.Failed : SnapSetCheckResult.Passed, finding.Result);
        Assert.Equal(isTooLate, new RestorableSet(cloud).Violations(set, new() { StackName = "again", TemplatePath = "t.yaml" }).Any());
        if (isTooLate)
        {
            Assert.Contains(finding.Message, failure!.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Without_the_right_to_approve_the_last_error_names_the_right()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Clock.Advance(TimeSpan.FromDays(31));
        Sandbox.Faults.Add(new Fault
        {
            Service = "kubernetes", Method = "PUT", Path = "/approval$", Kind = FaultKind.Status, Status = 403, Times = 0,
        });

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal("NodesNotReady", failure.Id);
        Golden.Message(failure);

        Sandbox.Faults.Clear();
        ReviveReport report = (await ReviveAsync(record))!;
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    [Fact]
    public async Task However_soon_the_time_is_over_it_is_no_error_of_the_input()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed", "no upload for hours");
        var failures = new List<HotstackException>();
        for (int minutes = 3; minutes <= 9; minutes++)
        {
            failures.Add(await Assert.ThrowsAnyAsync<HotstackException>(
                () => ReviveAsync(record, request => request with { Timeout = TimeSpan.FromMinutes(minutes) })));
            Sandbox.Cloud.StopServers();
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.All(failures, failure => Assert.Equal(ErrorCause.TimedOut, failure.Cause));
        Assert.All(failures, failure => Assert.Contains("The timeout of the whole run,", failure.Message, StringComparison.Ordinal));
        HotstackException last = failures[^1];
        Assert.Equal("ClusterNotStable", last.Id);
        Assert.Contains("insights: Degraded", last.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_cannot_suffice_is_refused_before_anything_is_started()
    {
        ClusterRecord record = (await SuspendAsync())!;

        var failure = await Assert.ThrowsAsync<HotstackException>(
            () => ReviveAsync(record, request => request with { Timeout = TimeSpan.FromSeconds(124) }));

        Assert.Equal((ErrorCause.InputInvalid, "TimeoutTooShort"), (failure.Cause, failure.Id));
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task APIs_that_are_missing_between_the_rounds_are_waited_for_before_the_next()
    {
        ClusterRecord record = (await SuspendAsync())!;
        int looks = 0;
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.Contains("(1 of 3): ", StringComparison.Ordinal))
            {
                Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = @"^/apis/route\.openshift\.io/v1$", Kind = FaultKind.Status,
                    Status = 503, Times = 1 });
            }
            else if (stream == "verbose" && text.Contains("(2 of 3): ", StringComparison.Ordinal))
            {
                looks = Sandbox.Faults.Faults.Single().Hits;
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task A_request_that_comes_with_the_verdict_is_approved_before_it_is_given()
    {
        ClusterRecord record = (await SuspendAsync())!;
        bool isAsked = false;
        Activity.ProgressListener = report =>
        {
            if (report.Status == "Assessment" && !isAsked)
            {
                isAsked = true;
                Behind.SetKubeletCertificates("worker0", serving: Clock.GetUtcNow());
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(isAsked);
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.Single(report.CertificateRequests, r => (r.Verdict, r.Requester) == (CsrVerdict.Approve, "system:node:worker0"));
        Assert.True(Behind.KubeletCertificates("worker0").Serving > Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_request_that_is_approved_at_the_last_look_becomes_a_certificate_before_the_verdict_is_given()
    {
        ClusterRecord record = (await SuspendAsync())!;
        DateTimeOffset? begun = null;
        Activity.ProgressListener = report =>
        {
            if (report.Status == "Assessment" && begun is null)
            {
                begun = Clock.GetUtcNow();
                Behind.SetKubeletCertificates("worker0", serving: begun.Value);
            }
        };
        // The minute of the assessment is over when the request can be read.
        Sandbox.Gate.Keeper = (call, _) =>
            call.Path.EndsWith("/certificatesigningrequests", StringComparison.Ordinal) && Clock.GetUtcNow() < begun + TimeSpan.FromSeconds(58)
                ? throw new ConnectionCutException()
                : Task.CompletedTask;

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.True(Behind.KubeletCertificates("worker0").Serving > Clock.GetUtcNow());
    }

    [Fact]
    public async Task Requests_of_the_nodes_network_that_nobody_approves_are_told_and_left_alone()
    {
        ClusterRecord record = (await SuspendAsync())!;
        string name = "";
        Activity.Listener = (stream, text) =>
        {
            if (stream == "verbose" && text.Contains(": Api: ", StringComparison.Ordinal))
            {
                name = Behind.AddCsr(
                    "system:node:worker0", ["system:nodes", "system:authenticated"], "kubernetes.io/kube-apiserver-client",
                    ["digital signature", "client auth"], SandboxCluster.Request("O=system:ovn-nodes, CN=system:ovn-node:worker0"));
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.Single(Activity.Warnings, w => w.Contains(name, StringComparison.Ordinal)
            && w.Contains("network-node-identity", StringComparison.Ordinal));
        Assert.Contains(report.Problems, c => (c.Check, c.Result) == ("NetworkCertificates", ClusterCheckResult.Warning));
        Assert.DoesNotContain(report.CertificateRequests, r => r.Name == name);
        Assert.Null(Behind.Get("certificatesigningrequests", name)!["status"]?["conditions"]);
    }

    [Fact]
    public async Task An_operator_that_never_settles_is_named_at_the_end()
    {
        ClusterRecord record = (await SuspendAsync())!;
        Behind.SetOperator("insights", "Degraded", "True", "UploadFailed", "no upload for hours");

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal("ClusterNotStable", failure.Id);
        Assert.Contains("insights: Degraded", failure.Message, StringComparison.Ordinal);

        ReviveReport report = (await ReviveAsync(record, request => request with { IgnoreOperators = ["insights"] }))!;
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    [Fact]
    public async Task An_API_that_restarts_meanwhile_is_waited_for()
    {
        ClusterRecord record = (await SuspendAsync())!;
        bool hasRestarted = false;
        Activity.Listener = (stream, text) =>
        {
            if (!hasRestarted && stream == "verbose" && text.Contains(": Nodes: ", StringComparison.Ordinal))
            {
                hasRestarted = true;
                Behind.RestartApi();
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(hasRestarted);
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    [Fact]
    public async Task A_cluster_whose_API_never_comes_tells_what_was_reached()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        Behind.Outage(TimeSpan.FromHours(5));

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record));

        Assert.Equal("ApiNotReady", failure.Id);
        Golden.Message(failure);
    }

    [Fact]
    public async Task Stopped_by_the_user_it_tells_what_was_reached()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Activity.Listener = (_, text) =>
        {
            if (text.Contains(": Nodes: ", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync(Request(record), Activity, Yes, stop.Token));

        Assert.Contains(Activity.Warnings, w => w.Contains("was stopped", StringComparison.Ordinal)
            && w.Contains("Nodes: 5 nodes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_made_of_it_remembers_all_that_a_revival_needs()
    {
        ClusterRecord record = (await SuspendAsync())!;
        SnapSet set = (await new NewSnapSet(Cloud).RunAsync(
            new NewSnapSetRequest { Source = new() { Instances = record.Instances }, Cluster = record }, Activity, Yes, Stop))!;

        SnapSet read = Assert.Single(await new GetSnapSets(Cloud).RunAsync(new(), Stop));
        Assert.Equal(set.UnattendedUntil, read.UnattendedUntil);
        Assert.Equal(record.UnattendedUntil!.Value, read.UnattendedUntil!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(record.AssistedUntil!.Value, read.AssistedUntil!.Value, TimeSpan.FromSeconds(1));
        Assert.Equivalent(
            record.Nodes.OrderBy(n => n.Name).Select(n => (n.Name, n.BootId, n.WasUnschedulable, string.Join(' ', n.Addresses))),
            read.ClusterRecord!.Nodes.OrderBy(n => n.Name)
                .Select(n => (n.Name, n.BootId, n.WasUnschedulable, string.Join(' ', n.Addresses))));

        ReviveReport report = (await ReviveAsync(read.ClusterRecord))!;
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
        Assert.DoesNotContain(report.Checks, c => c.Result == ClusterCheckResult.Skipped
            && c.Message.Contains("record", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_told_before_anything_is_started()
    {
        await WithAllNodesAsync();
        ClusterRecord record = (await SuspendAsync())!;
        var source = new InstanceSource
        {
            Instances = [.. record.Instances.Select(i => i.Name == "worker1" ? i with { Id = "11111111-2222-4333-8444-555555555555" } : i)],
        };

        var failure = await Assert.ThrowsAsync<HotstackException>(() => ReviveAsync(record, request => request with { Source = source }));

        Assert.Equal("ServerNotFound", failure.Id);
        Golden.Message(failure);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task A_controller_that_is_not_found_is_told_before_anything_is_started()
    {
        ClusterRecord record = (await SuspendAsync())!;
        using var cluster = OpenShift.Cluster.Later(
            "hs-multi", _ => throw new InvalidOperationException("it was opened"), new MemoryStream(), Activity, Clock,
            find: _ => throw new HotstackException(ErrorCause.NotFound, "ControllerAddressMissing", "It has no floating IP."));

        var failure = await Assert.ThrowsAsync<HotstackException>(() => new ReviveCluster(Cloud, cluster, new RecordSearch(Cloud)).RunAsync(
            new ReviveClusterRequest { Source = new() { Instances = record.Instances }, PollInterval = Seldom }, Activity,
            (_, _) => throw new InvalidOperationException("it was asked"), Stop));

        Assert.Equal("ControllerAddressMissing", failure.Id);
        Assert.All(Statuses.Values, status => Assert.Equal("SHUTOFF", status));
    }

    [Fact]
    public async Task A_look_that_fails_by_chance_is_no_verdict()
    {
        ClusterRecord record = (await SuspendAsync())!;
        bool wasBad = false;
        Activity.Listener = (stream, text) =>
        {
            if (!wasBad && stream == "verbose" && text.StartsWith("Reading the state", StringComparison.Ordinal))
            {
                wasBad = true;
                Sandbox.Faults.Add(new Fault { Service = "kubernetes", Path = "/readyz", Kind = FaultKind.Status, Status = 500,
                    Times = 1 });
            }
        };

        ReviveReport report = (await ReviveAsync(record))!;

        Assert.True(wasBad);
        Assert.True(report.IsHealthy, string.Join("\n", report.Assessment.Health.Reasons));
    }

    private static ReviveClusterRequest Request(ClusterRecord? record) =>
        new() { Source = Stack, Record = record, PollInterval = Seldom };

    private Task<ReviveReport?> ReviveAsync(ClusterRecord? record, Func<ReviveClusterRequest, ReviveClusterRequest>? change = null) =>
        new ReviveCluster(Cloud, Cluster, new RecordSearch(Cloud)).RunAsync((change ?? (r => r))(Request(record)), Activity, Yes, Stop);

    private int Writes() => Calls.Count(c => c.Method != "GET" && c.Service != "identity");
}
