using Xunit;
using k8s.Models;
using static Hotstack.Clusters.CertificateRequests.Csrs;

namespace Hotstack.Clusters.CertificateRequests;

public sealed class CsrRoundsTests
{
    private readonly CsrRounds _rounds = new();

    [Fact]
    public void The_newest_of_a_node_and_signer_is_approved()
    {
        V1CertificateSigningRequest[] csrs =
        [
            Client().Made("old", TimeSpan.FromMinutes(3)), Client().Made("new", TimeSpan.FromMinutes(1)),
            Client(RequestOf("master-1")).Made("other", TimeSpan.FromMinutes(4)), Serving().Made("serving", TimeSpan.FromMinutes(5)),
        ];
        Assert.Equal(["old Wait", "new Approve", "other Approve", "serving Approve"], Verdicts(_rounds.JudgeAll(csrs, Context)));
    }

    [Fact]
    public void A_newer_one_that_is_refused_does_not_stand_in_the_way()
    {
        V1CertificateSigningRequest[] csrs =
        [
            Client().Made("good", TimeSpan.FromMinutes(3)), Client().With(spec => spec with { Usages = [] })
                .Made("bad", TimeSpan.FromMinutes(1)),
        ];
        Assert.Equal(["good Approve", "bad Refuse"], Verdicts(_rounds.JudgeAll(csrs, Context)));
    }

    [Theory]
    [InlineData(4.9, "Wait")]
    [InlineData(5, "Approve")]
    public void The_next_of_a_node_has_to_wait(double minutes, string verdict)
    {
        _rounds.Approved(_rounds.JudgeAll([Client()], Context)[0]);
        CsrContext later = Context with { Now = Now + TimeSpan.FromMinutes(minutes) };
        Assert.Equal([$"next {verdict}"], Verdicts(_rounds.JudgeAll([Client().Made("next", TimeSpan.Zero)], later)));
        Assert.Equal(verdict == "Wait" ? Now + TimeSpan.FromMinutes(5) : null, _rounds.NextDue);
        Assert.Equal(["serving Approve"], Verdicts(_rounds.JudgeAll([Serving().Made("serving", TimeSpan.Zero)], later)));
        Assert.Equal(["other Approve"], Verdicts(_rounds.JudgeAll([Client(RequestOf("master-1")).Made("other", TimeSpan.Zero)], later)));
    }

    /// <summary>Who floods: a machine that is no node, one that sends noise, one node, and the bootstrapper in a node's name.</summary>
    public static TheoryData<string, Func<V1CertificateSigningRequest>> Floods => new()
    {
        { "a machine that is no node", () => Client(RequestOf("bmh-7")) },
        { "noise", () => Client().WithRequest("") },
        { "a node of the cluster that is not in the snapshot", () => Client(RequestOf("stranger")) },
        { "one node that may not have it", () => Serving(Pkcs10Builder.Dns("api-int.ocp.example")) },
        { "superseded ones of one node", () => Client(RequestOf("worker-0")) },
        { "nobody's", () => Client().With(spec => spec with { Username = "system:serviceaccount:default:x" }) },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public void No_flood_holds_up_those_that_are_right(string who, Func<V1CertificateSigningRequest> flood)
    {
        V1CertificateSigningRequest[] good =
        [
            Client().Made("a", TimeSpan.FromMinutes(9)), Serving().Made("b", TimeSpan.FromMinutes(9)), Client(RequestOf("master-1"))
                .Made("c", TimeSpan.FromMinutes(9)),
        ];
        IReadOnlyList<CsrDecision> decisions = _rounds.JudgeAll([.. Many(500, flood()), .. good], Context);
        Assert.True(decisions.TakeLast(3).All(d => d.Verdict == CsrVerdict.Approve), who);
        Assert.InRange(decisions.SkipLast(3).Count(d => d.Verdict == CsrVerdict.Approve), 0, 1);
    }

    [Fact]
    public void What_a_stranger_sends_is_known_as_that()
    {
        Assert.True(CsrRules.Judge(Client(RequestOf("bmh-7")), Context).IsStranger);
        Assert.True(CsrRules.Judge(Client().WithRequest(""), Context).IsStranger);
        Assert.False(CsrRules.Judge(Client().With(spec => spec with { Usages = [] }), Context).IsStranger);
    }

    private static IEnumerable<V1CertificateSigningRequest> Many(int count, V1CertificateSigningRequest csr) =>
        Enumerable.Range(0, count).Select(number => csr with { Metadata = csr.Metadata with { Name = $"csr-{number}" } });

    private static IEnumerable<string> Verdicts(IReadOnlyList<CsrDecision> decisions) => decisions.Select(d => $"{d.Name} {d.Verdict}");
}
