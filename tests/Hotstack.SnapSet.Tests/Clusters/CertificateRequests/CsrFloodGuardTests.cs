using Hotstack.OpenShift.Objects;
using Xunit;
using static Hotstack.Clusters.CertificateRequests.Csrs;

namespace Hotstack.Clusters.CertificateRequests;

public sealed class CsrFloodGuardTests
{
    private readonly CsrFloodGuard _guard = new();

    [Fact]
    public void The_newest_of_a_node_and_signer_is_approved()
    {
        CertificateSigningRequest[] csrs =
        [
            Client().Made("old", TimeSpan.FromMinutes(3)), Client().Made("new", TimeSpan.FromMinutes(1)),
            Client(RequestOf("master-1")).Made("other", TimeSpan.FromMinutes(4)), Serving().Made("serving", TimeSpan.FromMinutes(5)),
        ];
        Assert.Equal(["old Wait", "new Approve", "other Approve", "serving Approve"], Verdicts(_guard.JudgeAll(csrs, Context)));
    }

    [Fact]
    public void A_newer_one_that_is_refused_does_not_stand_in_the_way()
    {
        CertificateSigningRequest[] csrs =
        [
            Client().Made("good", TimeSpan.FromMinutes(3)), (Client() with { Usages = [] }).Made("bad", TimeSpan.FromMinutes(1)),
        ];
        Assert.Equal(["good Approve", "bad Refuse"], Verdicts(_guard.JudgeAll(csrs, Context)));
    }

    [Theory]
    [InlineData(4.9, "Wait")]
    [InlineData(5, "Approve")]
    public void The_next_of_a_node_has_to_wait(double minutes, string verdict)
    {
        _guard.Approved(_guard.JudgeAll([Client()], Context).Decisions[0]);
        CsrContext later = Context with { Now = Now + TimeSpan.FromMinutes(minutes) };
        Assert.Equal([$"next {verdict}"], Verdicts(_guard.JudgeAll([Client().Made("next", TimeSpan.Zero)], later)));
        Assert.Equal(["serving Approve"], Verdicts(_guard.JudgeAll([Serving().Made("serving", TimeSpan.Zero)], later)));
        Assert.Equal(["other Approve"], Verdicts(_guard.JudgeAll([Client(RequestOf("master-1")).Made("other", TimeSpan.Zero)], later)));
    }

    /// <summary>Four nodes: 60 are the most.</summary>
    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    public void Of_a_flood_none_is_approved(int count, bool isFlood)
    {
        CsrRound round = _guard.JudgeAll([.. Many(count, Client())], Context);
        Assert.Equal((isFlood, count), (round.IsFlood, round.Open));
        Assert.Equal(isFlood ? 0 : 1, round.Decisions.Count(d => d.Verdict == CsrVerdict.Approve));
        Assert.DoesNotContain(round.Decisions, d => d.Verdict == CsrVerdict.Refuse);
    }

    [Fact]
    public void What_is_bad_counts_as_flood_but_not_what_is_old_or_decided_or_another_signers()
    {
        CertificateSigningRequest good = Client().Made("good", TimeSpan.Zero);
        Assert.True(_guard.JudgeAll([good, .. Many(60, Client() with { Request = "" })], Context).IsFlood);
        Assert.False(_guard.JudgeAll(
            [
                good, .. Many(61, Client().Made("x", TimeSpan.FromHours(2))), .. Many(61, Client() with { SignerName = "kubernetes.io/kube-apiserver-client" }),
                .. Many(61, Client() with { Conditions = [new("Denied", "True")] }),
            ],
            Context).IsFlood);
    }

    private static IEnumerable<CertificateSigningRequest> Many(int count, CertificateSigningRequest csr) =>
        Enumerable.Range(0, count).Select(number => csr with { Meta = csr.Meta with { Name = $"csr-{number}" } });

    private static IEnumerable<string> Verdicts(CsrRound round) => round.Decisions.Select(d => $"{d.Name} {d.Verdict}");
}
