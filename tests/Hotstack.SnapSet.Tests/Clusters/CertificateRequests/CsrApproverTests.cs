using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s.Models;
using static Hotstack.Clusters.CertificateRequests.Csrs;

namespace Hotstack.Clusters.CertificateRequests;

public sealed class CsrApproverTests
{
    /// <summary>Timeouts of calls, which are as long as the interval, do not matter: all answers are there at once.</summary>
    private readonly ManualClock _clock = new(Now);
    private readonly RecordingActivity _activity = new();
    private readonly Dictionary<string, JsonObject> _csrs = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>How the next approvals end; then all are well.</summary>
    private Queue<Func<JsonObject, HttpResponseMessage>> Mishaps { get; } = [];

    [Fact]
    public async Task Approves_what_is_right_and_leaves_the_rest()
    {
        Add(Client().Made("good", TimeSpan.Zero), Serving().With(spec => spec with { Usages = [] }).Made("bad", TimeSpan.Zero), Client()
            .Made("old", TimeSpan.FromMinutes(1)));
        Add(Client().With(spec => spec with { SignerName = "kubernetes.io/kube-apiserver-client" }).Made("other", TimeSpan.Zero));
        using var handler = Script();
        (CsrApprover approver, int approved) = await RunOnceAsync(handler);

        Assert.Equal(1, approved);
        Sent put = Assert.Single(handler.Requests, r => r.Method == "PUT");
        Assert.Equal("/apis/certificates.k8s.io/v1/certificatesigningrequests/good/approval", put.Uri.AbsolutePath);
        JsonObject body = JsonNode.Parse(put.Body)!.AsObject();
        Assert.Equal("kept", (string?)body["metadata"]!["labels"]!["x"]);
        Assert.Equal("7", (string?)body["metadata"]!["resourceVersion"]);
        JsonNode condition = Assert.Single(body["status"]!["conditions"]!.AsArray())!;
        Assert.Equal(("Approved", "True", "HotstackSnapSetRevive", "2026-03-14T09:00:00Z"),
            ((string?)condition["type"], (string?)condition["status"], (string?)condition["reason"], (string?)condition["lastUpdateTime"]));
        Assert.Contains("SHA-256", (string?)condition["message"], StringComparison.Ordinal);
        Assert.Equal(["bad Refuse", "good Approve", "old Wait"], Verdicts(approver));
        Assert.Equal(["Not approved: the certificate request bad (kubernetes.io/kubelet-serving, node master-0, DNS:master-0, IP:192.168.32.10, SHA-256 "
            + $"{approver.Decisions[0].Fingerprint}): its usages are none."], _activity.Warnings);
        Assert.Contains(_activity.Everything, line => line.StartsWith("Approved the certificate request good (", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tells_each_decision_once()
    {
        Add(Client().Made("good", TimeSpan.Zero), Serving().With(spec => spec with { Usages = [] }).Made("bad", TimeSpan.Zero));
        using var handler = Script();
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var approver = new CsrApprover(cluster, CsrPolicy.Strict, _activity);
        Assert.Equal(1, await approver.RunOnceAsync(Context, Stop));
        Assert.Equal(0, await approver.RunOnceAsync(Context, Stop));
        Assert.Equal(0, await approver.RunOnceAsync(Context, Stop));
        Assert.Equal(2, _activity.Everything.Count(line => line.Contains("certificate request", StringComparison.Ordinal)));
        Assert.Equal(["bad Refuse", "good Approve"], Verdicts(approver));
    }

    [Fact]
    public async Task Looks_again_when_somebody_else_wrote_it()
    {
        Add(Client().Made("good", TimeSpan.Zero));
        Mishaps.Enqueue(_ => Status(409));
        using var handler = Script();
        Assert.Equal(1, (await RunOnceAsync(handler)).Approved);
        Assert.Equal(["GET", "GET", "PUT", "GET", "PUT"], handler.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task Judges_again_what_somebody_else_wrote()
    {
        Add(Client().Made("good", TimeSpan.Zero));
        Mishaps.Enqueue(_ =>
        {
            Add(Client().With(spec => spec with { Usages = ["cert sign"] }).Made("good", TimeSpan.Zero));
            return Status(409);
        });
        using var handler = Script();
        (CsrApprover approver, int approved) = await RunOnceAsync(handler);
        Assert.Equal(0, approved);
        Assert.Equal(["good Refuse"], Verdicts(approver));
        Assert.Single(handler.Requests, r => r.Method == "PUT");
    }

    [Fact]
    public async Task What_is_gone_or_decided_meanwhile_is_left_alone()
    {
        Add(Client().Made("gone", TimeSpan.Zero), Serving().Made("decided", TimeSpan.Zero));
        using var handler = Script(afterList: () =>
        {
            _csrs.Remove("gone");
            Add(Serving().Decided("Denied").Made("decided", TimeSpan.Zero));
        });
        (CsrApprover approver, int approved) = await RunOnceAsync(handler);
        Assert.Equal(0, approved);
        Assert.Empty(approver.Decisions);
        Assert.DoesNotContain(handler.Requests, r => r.Method == "PUT");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(422)]
    public async Task One_approval_that_is_not_accepted_does_not_stop_the_others(int status)
    {
        Add(Client().Made("a", TimeSpan.Zero), Serving().Made("b", TimeSpan.Zero));
        Mishaps.Enqueue(_ => Status(status));
        using var handler = Script();
        (CsrApprover approver, int approved) = await RunOnceAsync(handler);
        Assert.Equal(1, approved);
        Assert.Equal(["a Wait", "b Approve"], Verdicts(approver));
        Assert.StartsWith("The cluster does not accept our approvals", Assert.Single(_activity.Warnings), StringComparison.Ordinal);
        Assert.StartsWith("the cluster refused its approval: ", approver.Decisions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_whose_answer_was_lost_counts_when_it_has_arrived()
    {
        Add(Client().Made("good", TimeSpan.Zero));
        Mishaps.Enqueue(body =>
        {
            _csrs["good"] = body;
            return Status(503);
        });
        using var handler = Script();
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var approver = new CsrApprover(cluster, CsrPolicy.Strict, _activity);
        await Assert.ThrowsAsync<ServiceException>(() => approver.RunOnceAsync(Context, Stop));
        Add(Client().Made("next", TimeSpan.Zero));
        Assert.Equal(1, await approver.RunOnceAsync(Context, Stop));
        Assert.Equal(["good Approve", "next Wait"], Verdicts(approver));
    }

    [Fact]
    public async Task Report_approves_nothing_and_says_what_would_be()
    {
        Add(Client().Made("good", TimeSpan.Zero));
        using var handler = Script();
        (CsrApprover approver, int approved) = await RunOnceAsync(handler, CsrPolicy.Report);
        Assert.Equal((0, 1), (approved, handler.Requests.Count));
        Assert.Equal(["good Approve"], Verdicts(approver));
        Assert.Contains("would be approved", Assert.Single(_activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_counts_only()
    {
        Add(Client().Made("good", TimeSpan.Zero), Client().WithRequest("").Made("bad", TimeSpan.Zero));
        using var handler = Script();
        (CsrApprover approver, int approved) = await RunOnceAsync(handler, CsrPolicy.None);
        Assert.Equal((0, 1, 0), (approved, handler.Requests.Count, approver.Decisions.Count));
        Assert.Contains("2 certificate requests of kubelets are open.", _activity.Everything);
    }

    [Fact]
    public async Task Strangers_are_told_of_in_one_line_and_hold_nobody_up()
    {
        Add([.. Enumerable.Range(0, 71).Select(number => Client(RequestOf("bmh-7")).Made($"csr-{number:00}", TimeSpan.Zero))]);
        Add(Client().Made("good", TimeSpan.FromMinutes(1)), Serving().Made("serving", TimeSpan.FromMinutes(1)));
        using var handler = Script();
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var approver = new CsrApprover(cluster, CsrPolicy.Strict, _activity);
        Assert.Equal(2, await approver.RunOnceAsync(Context, Stop));
        Assert.Equal(0, await approver.RunOnceAsync(Context, Stop));

        string warning = Assert.Single(_activity.Warnings);
        Assert.Contains("71 certificate requests that are of no known node: csr-00, csr-01, csr-02, csr-03, csr-04 and 66 more", warning,
            StringComparison.Ordinal);
        Assert.Contains("bmh-7 is no node of the snapshot", warning, StringComparison.Ordinal);
        Assert.InRange(approver.Decisions.Count, 3, 20);
    }

    [Fact]
    public async Task A_crowd_is_told_of_again_when_it_has_doubled()
    {
        using var handler = Script();
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var approver = new CsrApprover(cluster, CsrPolicy.Strict, _activity);
        for (int number = 0; number < 9; number++)
        {
            Add(Client(RequestOf("bmh-7")).Made($"csr-{number}", TimeSpan.Zero));
            await approver.RunOnceAsync(Context, Stop);
        }

        Assert.Equal(4, _activity.Warnings.Count); // at 1, 2, 4 and 8
    }

    [Fact]
    public async Task Of_many_that_one_node_sends_the_first_are_told_one_by_one()
    {
        Add([.. Enumerable.Range(0, 200)
            .Select(number => Serving().With(spec => spec with { Usages = [] }).Made($"csr-{number:000}", TimeSpan.Zero))]);
        using var handler = Script();
        (CsrApprover approver, _) = await RunOnceAsync(handler);
        Assert.Equal((11, 10), (_activity.Warnings.Count, approver.Decisions.Count));
        Assert.StartsWith("200 certificate requests of node master-0, kubernetes.io/kubelet-serving are not approved",
            _activity.Warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_through_outages_until_it_is_cancelled()
    {
        int looks = 0;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var clock = new ManualClock(Now) { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromSeconds(12) };
        using var handler = new ScriptedHandler(sent =>
        {
            looks++;
            if (looks == 40)
            {
                end.Cancel();
            }

            return looks switch
            {
                < 20 => Status(503),
                < 30 => Status(401),
                _ => Answer(sent),
            };
        })
        { Clock = clock };
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var approver = new CsrApprover(cluster, CsrPolicy.Strict, _activity);

        await approver.RunAsync(() => Context, TimeSpan.FromSeconds(10), end.Token);

        Assert.Equal(40, looks);
        Assert.Equal(2, _activity.Everything.Count(
            line => line.StartsWith("Certificate requests cannot be read now", StringComparison.Ordinal)));
        Assert.Single(_activity.Everything, "Certificate requests can be read again.");
    }

    [Fact]
    public async Task Credentials_that_are_refused_for_minutes_end_it()
    {
        var clock = new ManualClock(Now) { AutoAdvance = true, AutoAdvanceUpTo = TimeSpan.FromSeconds(12) };
        using var handler = new ScriptedHandler(_ => Status(401)) { Clock = clock };
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        ServiceException failure = await Assert.ThrowsAsync<ServiceException>(
            () => new CsrApprover(cluster, CsrPolicy.Strict, _activity).RunAsync(() => Context, TimeSpan.FromSeconds(10), Stop));
        Assert.Equal(ErrorCause.AuthenticationFailed, failure.Cause);
        Assert.Equal(TimeSpan.FromMinutes(5), clock.GetUtcNow() - Now);
    }

    private static HttpResponseMessage Status(int status) => ScriptedHandler.Answer(status, """{"kind": "Status", "message": "no"}""");

    private static IEnumerable<string> Verdicts(CsrApprover approver) => approver.Decisions.Select(d => $"{d.Name} {d.Verdict}");

    private void Add(params IEnumerable<V1CertificateSigningRequest> csrs)
    {
        foreach (V1CertificateSigningRequest csr in csrs)
        {
            _csrs[csr.Name] = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = csr.Name,
                    ["resourceVersion"] = csr.Metadata.ResourceVersion,
                    ["creationTimestamp"] = csr.CreatedAt!.Value.ToString("O", CultureInfo.InvariantCulture),
                    ["labels"] = new JsonObject { ["x"] = "kept" },
                },
                ["spec"] = new JsonObject
                {
                    ["signerName"] = csr.SignerName,
                    ["username"] = csr.Username,
                    ["groups"] = List(csr.Groups),
                    ["usages"] = List(csr.Usages),
                    ["request"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(csr.Request)),
                },
                ["status"] = csr.Conditions.Count == 0
                    ? new JsonObject()
                    : new JsonObject { ["conditions"] = new JsonArray(
                        new JsonObject { ["type"] = csr.Conditions[0].Type, ["status"] = "True" }) },
            };
        }

        static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => JsonValue.Create(item))];
    }

    private ScriptedHandler Script(Action? afterList = null) => new(sent =>
    {
        HttpResponseMessage answer = Answer(sent);
        if (sent.Method == "GET" && sent.Uri.AbsolutePath.EndsWith("requests", StringComparison.Ordinal))
        {
            afterList?.Invoke();
        }

        return answer;
    })
    { Clock = _clock };

    private HttpResponseMessage Answer(Sent sent)
    {
        string name = sent.Uri.AbsolutePath.Replace("/approval", "", StringComparison.Ordinal).Split('/')[^1];
        if (name == "certificatesigningrequests")
        {
            return ScriptedHandler.Answer(200,
                new JsonObject { ["items"] = new JsonArray([.. _csrs.Values.Select(c => c.DeepClone())]) }.ToJsonString());
        }

        if (sent.Method == "PUT")
        {
            JsonObject body = JsonNode.Parse(sent.Body)!.AsObject();
            if (Mishaps.TryDequeue(out Func<JsonObject, HttpResponseMessage>? mishap))
            {
                return mishap(body);
            }

            _csrs[name] = body;
        }

        return _csrs.TryGetValue(name, out JsonObject? csr) ? ScriptedHandler.Answer(200, csr.ToJsonString()) : Status(404);
    }

    private async Task<(CsrApprover Approver, int Approved)> RunOnceAsync(ScriptedHandler handler, CsrPolicy policy = CsrPolicy.Strict)
    {
        using Cluster cluster = HandledCluster.Connect(handler, _activity);
        var approver = new CsrApprover(cluster, policy, _activity);
        return (approver, await approver.RunOnceAsync(Context, Stop));
    }
}
