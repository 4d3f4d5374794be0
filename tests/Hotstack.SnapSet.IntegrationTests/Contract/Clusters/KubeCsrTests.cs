using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text;
using Hotstack.Clusters.CertificateRequests;
using Hotstack.Clusters.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;
using Xunit;
using k8s;
using k8s.Models;

namespace Hotstack.Contract.Clusters;

/// <summary>What kubelets ask for after a long sleep is approved, and then signed; what others ask for is not.</summary>
public abstract class KubeCsrTests(ContractCluster on) : KubeContractTests(on)
{
    [ContractFact]
    public async Task What_kubelets_have_a_right_to_is_approved_and_signed()
    {
        string[] names =
        [
            .. await On.AddCsrsAsync(On.Nodes[0], "ecdsa", ["client", "serving"], Stop),
            .. await On.AddCsrsAsync(On.Nodes[1], "rsa", ["client", "serving"], Stop),
            .. await On.AddCsrsAsync(On.Nodes[2], "ecdsa", ["renewal"], Stop),
            .. await On.AddCsrsAsync(On.Worker, "rsa", ["renewal", "serving"], Stop),
        ];
        var approver = new CsrApprover(Cluster, CsrPolicy.Strict, On.Activity);

        int approved = await approver.RunOnceAsync(await ContextAsync(), Stop);

        CsrDecision[] decisions = [.. approver.Decisions.Where(d => names.Contains(d.Name))];
        Assert.All(decisions, d => Assert.True(d.Verdict == CsrVerdict.Approve, $"{d.Name}: {d.Reason}"));
        Assert.Equal(names.Order(), decisions.Select(d => d.Name).Order());
        Assert.Equal(names.Length, approved);
        foreach (CsrDecision decision in decisions)
        {
            using X509Certificate2 certificate = await SignedAsync(decision.Name);
            Assert.Equal([$"CN=system:node:{decision.Node}", "O=system:nodes"], certificate.Subject.Split(", ").Order());
        }
    }

    [ContractFact]
    public async Task An_approval_says_by_whom_and_why_and_leaves_the_request_as_it_was()
    {
        string name = (await On.AddCsrsAsync(On.Worker, "ecdsa", ["serving"], Stop))[0];
        V1CertificateSigningRequest before = await Cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(name,
            cancellationToken: Stop);

        await new CsrApprover(Cluster, CsrPolicy.Strict, On.Activity).RunOnceAsync(await ContextAsync(), Stop);

        V1CertificateSigningRequest after = await Cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(name,
            cancellationToken: Stop);
        Condition? approval = after.Conditions.Find("Approved");
        Assert.Equal(CsrApprover.ApprovalReason, approval?.Reason);
        Assert.Contains($"the serving certificate of {On.Worker}", approval!.Message, StringComparison.Ordinal);
        Assert.Equal((before.Request, before.Username, before.SignerName), (after.Request, after.Username, after.SignerName));
        Assert.Equal(before.Usages, after.Usages);
        using X509Certificate2 certificate = await SignedAsync(name);
        Assert.Contains(certificate.Extensions, extension => extension is X509SubjectAlternativeNameExtension);
    }

    [ContractFact]
    public async Task What_others_ask_for_is_left_alone()
    {
        IReadOnlyList<string> hostile = await On.AddHostileCsrsAsync(Stop);
        string good = (await On.AddCsrsAsync(On.Nodes[1], "ecdsa", ["client"], Stop))[0];
        var approver = new CsrApprover(Cluster, CsrPolicy.Strict, On.Activity);

        await approver.RunOnceAsync(await ContextAsync(), Stop);

        Assert.DoesNotContain(approver.Decisions, d => hostile.Contains(d.Name) && d.Verdict == CsrVerdict.Approve);
        using X509Certificate2 signed = await SignedAsync(good);
        foreach (string name in hostile)
        {
            Assert.True((await Cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(name, cancellationToken: Stop)).IsPending);
        }
    }

    [ContractFact]
    public async Task A_request_that_is_only_reported_stays_as_it_is()
    {
        string name = (await On.AddCsrsAsync(On.Worker, "ecdsa", ["client"], Stop))[0];
        var approver = new CsrApprover(Cluster, CsrPolicy.Report, On.Activity);

        Assert.Equal(0, await approver.RunOnceAsync(await ContextAsync(), Stop));

        Assert.Equal(CsrVerdict.Approve, Assert.Single(approver.Decisions, d => d.Name == name).Verdict);
        Assert.True((await Cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(name, cancellationToken: Stop)).IsPending);
    }

    [ContractFact]
    public async Task A_new_request_is_approved_while_it_is_watched_for_and_through_an_outage()
    {
        CsrContext context = await ContextAsync();
        var approver = new CsrApprover(Cluster, CsrPolicy.Strict, On.Activity);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await On.StopApiAsync(Stop);
        Task approving = approver.RunAsync(() => context with { Now = Cluster.Now }, On.Pause, end.Token);
        try
        {
            await On.StartApiAsync(Stop);
            await On.UntilAsync("the API is back", async () => await IsReadyAsync(), Stop);

            string name = (await On.AddCsrsAsync(On.Worker, "ecdsa", ["serving"], Stop))[0];

            using (await SignedAsync(name))
            {
                // It may be signed before the approver has its own answer.
                await On.UntilAsync(
                    "the approver knows", () => Task.FromResult(
                        approver.Decisions.Any(d => d.Name == name && d.Verdict == CsrVerdict.Approve)), Stop);
            }
        }
        finally
        {
            await end.CancelAsync();
            await approving;
        }
    }

    [ContractFact]
    public async Task Nobody_approves_who_may_not_even_look()
    {
        Cluster restricted = On.Connect(On.Load(On.Kubeconfig("restricted")));

        ServiceException e = await FailsAsync(
            ErrorCause.Forbidden, "Forbidden",
            async () => await new CsrApprover(restricted, CsrPolicy.Strict, On.Activity).RunOnceAsync(await ContextAsync(), Stop));

        Assert.Contains("certificatesigningrequests.certificates.k8s.io is forbidden", e.Reason, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_request_names_the_user_who_made_it_and_its_decision_is_final()
    {
        const string path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string request = new CertificateRequest($"O=system:nodes, CN=system:node:{On.Worker}", key,
            HashAlgorithmName.SHA256).CreateSigningRequestPem();
        string name = NewName();
        JsonObject body = new()
        {
            ["apiVersion"] = "certificates.k8s.io/v1", ["kind"] = "CertificateSigningRequest",
                ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["signerName"] = "kubernetes.io/kubelet-serving", ["usages"] = new JsonArray("digital signature", "server auth"),
                ["username"] = "somebody", ["request"] = ContractCluster.Base64("nonsense"),
            },
        };

        Assert.Equal(422, (await CallAsync("POST", path, body)).Status);
        body["spec"]!["request"] = ContractCluster.Base64(request);
        JsonObject made = Read(await CallAsync("POST", path, body));
        try
        {
            Assert.NotEqual("somebody", (string?)made["spec"]!["username"]);
            Assert.Equal(422, await DecideAsync(made, """{"type": "Approved", "reason": "Contract"}"""));
            Assert.Equal(200, await DecideAsync(made, """{"type": "Approved", "status": "True", "reason": "Contract"}"""));
            Assert.Equal(409, await DecideAsync(made, """{"type": "Denied", "status": "True", "reason": "Contract"}"""));
            JsonObject decided = Read(await CallAsync("GET", $"{path}/{name}"));
            decided["metadata"]!.AsObject().Remove("resourceVersion");
            Assert.Equal(422, await DecideAsync(decided, """{"type": "Denied", "status": "True", "reason": "Contract"}"""));
        }
        finally
        {
            await CallAsync("DELETE", $"{path}/{name}");
        }

        async Task<int> DecideAsync(JsonObject csr, string condition)
        {
            JsonObject next = csr.DeepClone().AsObject();
            JsonArray conditions = next["status"]!["conditions"]?.AsArray().DeepClone().AsArray() ?? [];
            conditions.Add(JsonNode.Parse(condition));
            next["status"] = new JsonObject { ["conditions"] = conditions };
            return (await CallAsync("PUT", $"{path}/{name}/approval", next)).Status;
        }

        static JsonObject Read(ApiResponse answer) => JsonNode.Parse(answer.Text)!.AsObject();
    }

    internal async Task<CsrContext> ContextAsync()
    {
        IReadOnlyList<V1Node> nodes = await NodesAsync();
        return new CsrContext
        {
            Nodes = [.. nodes.Select(node => new KnownNode(node.Name, node.Addresses))],
            ExistingNodes = nodes.Select(node => node.Name).ToHashSet(),
            Now = Cluster.Now,
            Since = Cluster.Now,
        };
    }

    private async Task<X509Certificate2> SignedAsync(string name)
    {
        V1CertificateSigningRequest? csr = null;
        await On.UntilAsync(
            $"request {name} is signed",
            async () => (csr = await Cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(name,
                cancellationToken: Stop)).IsIssued, Stop);
        return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(csr!.Status.Certificate));
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return await Cluster.ForPolling().Api.GetTextAsync("readyz", Stop) == "ok";
        }
        catch (ServiceException)
        {
            return false;
        }
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeCsrTests(SandboxContractCluster on) : KubeCsrTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeCsrTests(LabCluster on) : KubeCsrTests(on), IOnKubeLab
{
    /// <summary>As kubelets from 1.27 on ask for it. We approve it; the signer of 1.20 does not know of that yet.</summary>
    [ContractFact]
    public async Task What_the_signer_does_not_issue_fails_after_its_approval()
    {
        string name = (await On.AddCsrsAsync(On.Nodes[0], "ecdsa", ["short"], Stop))[0];

        Assert.Equal(1, await new CsrApprover(Cluster, CsrPolicy.Strict, On.Activity).RunOnceAsync(await ContextAsync(), Stop));

        V1CertificateSigningRequest? csr = null;
        await On.UntilAsync(
            "the signer has refused",
            async () => (csr = await Cluster.Client.CertificatesV1.ReadCertificateSigningRequestAsync(name,
                cancellationToken: Stop)).Conditions.Find("Failed") is not null, Stop);
        Assert.False(csr!.IsIssued);
    }
}
