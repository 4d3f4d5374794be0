using Hotstack.Clusters.Certificates;
using Xunit;

namespace Hotstack.Clusters.Assess;

public sealed class CertificateAssessmentTests
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly CertificateFacts Good = new ClusterLife().At(TimeSpan.FromDays(3));

    [Theory]
    [InlineData(0.7, 10.0 / 60, ClusterVerdict.NotYet)]
    [InlineData(0.7, 12, ClusterVerdict.NotYet)]
    [InlineData(0.7, 19, ClusterVerdict.NotYet)]
    [InlineData(0.7, 20, ClusterVerdict.NotYet)]
    [InlineData(0.7, 22, ClusterVerdict.Safe)]
    [InlineData(0.83, 20, ClusterVerdict.Safe)]
    [InlineData(0.83, 26, ClusterVerdict.Safe)]
    [InlineData(0.9, 20, ClusterVerdict.NotYet)]
    [InlineData(0.9, 24, ClusterVerdict.Safe)]
    [InlineData(0.9, 26, ClusterVerdict.Safe)]
    [InlineData(0.8, 10.0 / 60, ClusterVerdict.NotYet)]
    [InlineData(0.8, 12, ClusterVerdict.NotYet)]
    [InlineData(0.8, 19, ClusterVerdict.NotYet)]
    [InlineData(0.8, 20, ClusterVerdict.NotYet)]
    [InlineData(0.8, 24, ClusterVerdict.Safe)]
    [InlineData(0.8, 26, ClusterVerdict.Safe)]
    [InlineData(0.8, 14.9 * 24, ClusterVerdict.Safe)]
    [InlineData(0.8, 20 * 24, ClusterVerdict.Safe)]
    [InlineData(0.8, 24.5 * 24, ClusterVerdict.NotYet)]
    [InlineData(0.8, 29 * 24, ClusterVerdict.Safe)]
    [InlineData(0.8, 31 * 24, ClusterVerdict.Safe)]
    [InlineData(0.8, 365 * 24, ClusterVerdict.Safe)]
    [InlineData(0.9, 26 * 24, ClusterVerdict.NotYet)]
    [InlineData(0.9, 29 * 24, ClusterVerdict.Safe)]
    [InlineData(0.9, 31 * 24, ClusterVerdict.Safe)]
    [InlineData(0.9, 365 * 24, ClusterVerdict.Safe)]
    public void By_the_clusters_age_and_when_its_kubelets_renew(double renewalAt, double hours, string expected)
    {
        CertificateFacts facts = new ClusterLife { RenewalAt = renewalAt }.At(TimeSpan.FromHours(hours));

        CertificateAssessment assessment = CertificateAssessment.Of(facts, Week);

        Assert.Equal(expected, assessment.Verdict);
        Assert.Equal(expected == ClusterVerdict.Safe, assessment.Reasons.Count == 0);
        Assert.Equal(expected == ClusterVerdict.NotYet, assessment.Eta is not null);
    }

    [Theory]
    [InlineData(0.7, 0.7, 7 * 24)]
    [InlineData(0.7, 0.9, 7 * 24)]
    [InlineData(0.75, 0.75, 7 * 24)]
    [InlineData(0.8, 0.8, 7 * 24)]
    // Just before the signer is renewed, and then as late as can be.
    [InlineData(0.8, 0.9, 7 * 24)]
    [InlineData(0.804, 0.9, 7 * 24)]
    [InlineData(0.85, 0.7, 7 * 24)]
    [InlineData(0.9, 0.9, 7 * 24)]
    [InlineData(0.9, 0.9, 25)]
    [InlineData(0.8, 0.9, 25)]
    public void The_time_foretold_is_kept(double renewalAt, double laterRenewalAt, double keepHours)
    {
        var life = new ClusterLife { RenewalAt = renewalAt, LaterRenewalAt = laterRenewalAt };
        TimeSpan keep = TimeSpan.FromHours(keepHours);
        int foretold = 0;
        // From minutes after the installation, through the first day closely, to the second round of renewals.
        IEnumerable<double> hours = Enumerable.Range(0, 150).Select(i => 0.6 + (i * 0.2))
            .Concat(Enumerable.Range(2, 70).Select(i => i * 12.7));
        foreach (double hour in hours)
        {
            CertificateAssessment assessment = CertificateAssessment.Of(life.At(TimeSpan.FromHours(hour)), keep);
            if (assessment.Verdict == ClusterVerdict.Safe)
            {
                continue;
            }

            DateTimeOffset eta = Assert.NotNull(assessment.Eta);
            foretold++;
            CertificateAssessment then = CertificateAssessment.Of(life.At(eta - ClusterLife.Installed), keep);
            Assert.True(then.Verdict == ClusterVerdict.Safe, $"at {hour} h it was to be at {eta}: {string.Join("; ", then.Reasons)}");
        }

        Assert.True(foretold > 90, $"{foretold}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(19)]
    [InlineData(21)]
    public void On_the_first_day_less_than_25_hours_are_foretold(double hours)
    {
        CertificateAssessment assessment = CertificateAssessment.Of(new ClusterLife { RenewalAt = 0.9 }.At(TimeSpan.FromHours(hours)),
            Week);

        Assert.InRange(assessment.Eta!.Value, ClusterLife.Installed.AddHours(22), ClusterLife.Installed.AddHours(24.5));
    }

    public static TheoryData<string, string, string, string> Disturbances => new()
    {
        // what, verdict, the check that says so, a part of its message
        { "signer unreadable", "Unknown", "CsrSignerSigner", "is no date" },
        { "signer missing", "Unknown", "CsrSignerSigner", "there is no such secret" },
        { "signer without dates", "Unknown", "CsrSignerSigner", "are not known: it has none" },
        { "signer expired", "NotYet", "CsrSignerSigner", "expired at" },
        { "signer of short rotation", "NotYet", "CsrSignerSigner", "at short intervals" },
        { "signer of tomorrow", "NotYet", "CsrSignerSigner", "not valid before" },
        { "signer ahead by a minute", "Safe", "CsrSignerSigner", "has been renewed" },
        { "signer newer than what it signed", "Safe", "CsrSigner", "valid until" },
        { "csr-signer forbidden", "Unknown", "CsrSigner", "403" },
        { "csr-signer ends soon", "NotYet", "CsrSigner", "less than 7 d" },
        { "copy ends soon", "NotYet", "CsrSigner", "openshift-kube-controller-manager/csr-signer is valid until" },
        { "copy differs", "NotYet", "CsrSignerCopy", "is not the present" },
        { "copy differs in case", "Safe", "CsrSignerCopy", "is a copy" },
        { "copy without serial", "Unknown", "CsrSignerCopy", "serial number" },
        { "aggregator signer of the installer", "NotYet", "AggregatorSigner", "still the installer's" },
        { "aggregator client ends soon", "NotYet", "AggregatorClient", "less than 25 h" },
        { "aggregator client ends in two days", "Safe", "AggregatorClient", "valid until" },
        { "node without gauges", "Unknown", "KubeletCertificates", "no usable" },
        { "node without serving date", "Unknown", "KubeletCertificates", "does not report" },
        { "node without cluster's serving certificate", "Safe", "KubeletCertificates", "signs no serving certificate" },
        { "node unknown in part, known part ends soon", "NotYet", "KubeletCertificates", "client certificate is valid until" },
        { "node client ends soon", "NotYet", "KubeletCertificates", "node worker-0: its client certificate is valid until" },
        { "node serving ends soon", "NotYet", "KubeletCertificates", "node worker-0: its serving certificate is valid until" },
        { "node expired", "NotYet", "KubeletCertificates", "approve its signing requests" },
        { "no nodes", "Unknown", "KubeletCertificates", "list nodes" },
        { "pending requests", "NotYet", "SigningRequests", "csr-1, csr-2" },
        { "unissued requests", "NotYet", "SigningRequests", "csr-3" },
        { "requests forbidden", "Unknown", "SigningRequests", "403" },
        { "our clock behind", "NotYet", "Clock", "3 min ahead of that of this machine" },
        { "our clock ahead", "NotYet", "Clock", "3 min behind that of this machine" },
        { "our clock two minutes off", "Safe", "Clock", "2 min ahead of" },
        { "cloud clock off", "NotYet", "Clock", "that of the cloud" },
        { "cloud clock not asked", "Safe", "Clock", "not compared" },
        { "cluster clock unknown", "Unknown", "Clock", "no date" },
        { "kubeconfig ends soon", "NotYet", "Kubeconfig", "the installer wrote" },
        { "kubeconfig with a token", "Safe", "Kubeconfig", "no client certificate" },
        { "scan forbidden", "Unknown", "OtherCertificates", "403" },
        { "a lasting one unreadable", "Safe", "OtherCertificates", "the end date of openshift-service-ca/signing-key is not known" },
        { "a lasting one expired", "Safe", "OtherCertificates", "not counted" },
        { "a failure and an unknown", "NotYet", "SigningRequests", "403" },
    };

    [Theory]
    [MemberData(nameof(Disturbances))]
    public void By_what_is_not_as_it_should_be(string what, string verdict, string check, string part)
    {
        CertificateAssessment assessment = CertificateAssessment.Of(Disturb(what), Week);

        Assert.True(verdict == $"{assessment.Verdict}", $"{assessment.Verdict}: {string.Join("; ", assessment.Reasons)}");
        Assert.Contains(assessment.Checks, c => c.Check == check && c.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_disturbed_is_safe_and_every_check_is_told()
    {
        CertificateAssessment assessment = CertificateAssessment.Of(Good, Week);

        Assert.Equal(ClusterVerdict.Safe, assessment.Verdict);
        Assert.Null(assessment.Eta);
        Assert.Equal(
            ["AggregatorClient", "AggregatorSigner", "Clock", "CsrSigner", "CsrSignerCopy", "CsrSignerSigner", "Kubeconfig",
                "KubeletCertificates", "SigningRequests"],
            assessment.Checks.Where(c => c.Result == ClusterCheckResult.Passed).Select(c => c.Check).Distinct()
                .Order(StringComparer.Ordinal));
        Assert.Equal(7, assessment.Certificates.Count);
    }

    [Fact]
    public void All_reasons_are_listed_the_failed_ones_first_and_an_unknown_one_takes_the_foretelling()
    {
        CertificateFacts facts = Good with
        {
            RequestsProblem = "403",
            Nodes = [new() { Node = "n", ClientNotAfter = Good.Now.AddDays(3), ServingNotAfter = Good.Now.AddDays(30) }],
        };

        CertificateAssessment assessment = CertificateAssessment.Of(facts, Week);

        Assert.Collection(
            assessment.Reasons,
            reason => Assert.StartsWith("node n: its client certificate", reason, StringComparison.Ordinal),
            reason => Assert.Contains("403", reason, StringComparison.Ordinal));
        Assert.Null(assessment.Eta);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(24.9)]
    [InlineData(0)]
    public void A_validity_below_the_floor_is_refused(double hours)
    {
        HotstackException e = Assert.Throws<HotstackException>(() => CertificateAssessment.Of(Good, TimeSpan.FromHours(hours)));

        Assert.Equal((ErrorCause.InputInvalid, "MinimumValidityTooShort"), (e.Cause, e.Id));
    }

    [Fact]
    public void The_floor_itself_is_enough() =>
        Assert.Equal(ClusterVerdict.Safe, CertificateAssessment.Of(Good, TimeSpan.FromHours(25)).Verdict);

    [Theory]
    [InlineData("copy differs soon", true)]
    [InlineData("copy differs", false)]
    [InlineData("signer overdue", false)]
    [InlineData("unissued requests", true)]
    [InlineData("pending requests", false)]
    [InlineData("node expired", false)]
    [InlineData("our clock behind", false)]
    [InlineData("signer of short rotation", false)]
    public void A_time_is_foretold_only_where_it_can_be(string what, bool isForetold)
    {
        CertificateAssessment assessment = CertificateAssessment.Of(Disturb(what), Week);

        Assert.Equal(ClusterVerdict.NotYet, assessment.Verdict);
        Assert.Equal(isForetold, assessment.Eta > Good.Now);
    }

    private static CertificateFacts Disturb(string what)
    {
        CertificateFacts good = Good;
        DateTimeOffset now = good.Now;
        NodeCertificates first = good.Nodes[0];
        NodeCertificates second = good.Nodes[1];
        return what switch
        {
            "signer unreadable" => good with { CsrSignerSigner = Without(good.CsrSignerSigner, "its annotation is no date") },
            "signer missing" => good with { CsrSignerSigner = Without(good.CsrSignerSigner, "there is no such secret") },
            "signer without dates" => good with { CsrSignerSigner = good.CsrSignerSigner with { NotBefore = null } },
            "signer expired" => good with { CsrSignerSigner = good.CsrSignerSigner with { NotAfter = now.AddMinutes(-1) } },
            "signer overdue" => good with
            {
                CsrSignerSigner = good.CsrSignerSigner with { NotBefore = now.AddHours(-22), NotAfter = now.AddHours(2),
                    Issuer = "kubelet-signer" },
            },
            "signer of short rotation" => good with { CsrSignerSigner = good.CsrSignerSigner with { NotBefore = now.AddHours(-1),
                NotAfter = now.AddHours(11) } },
            "signer of tomorrow" => good with { CsrSignerSigner = good.CsrSignerSigner with { NotBefore = now.AddHours(20) } },
            "signer ahead by a minute" => good with { CsrSignerSigner = good.CsrSignerSigner with { NotBefore = now.AddMinutes(1) } },
            "signer newer than what it signed" => good with
            {
                CsrSignerSigner = good.CsrSignerSigner with { NotBefore = now.AddHours(-1), NotAfter = now.AddDays(60) },
            },
            "csr-signer forbidden" => good with { CsrSigner = Without(good.CsrSigner, "403") },
            "csr-signer ends soon" => good with { CsrSigner = good.CsrSigner with { NotAfter = now.AddDays(6) } },
            "copy ends soon" => good with { CsrSignerCopy = good.CsrSignerCopy with { NotAfter = now.AddDays(6) } },
            "copy differs" => good with { CsrSignerCopy = good.CsrSignerCopy with { Serial = "0A" } },
            "copy differs soon" => good with
            {
                CsrSigner = good.CsrSigner with { Serial = "0B", NotBefore = now.AddMinutes(-1) },
            },
            "copy differs in case" => good with
            {
                CsrSigner = good.CsrSigner with { Serial = "0a1b" },
                CsrSignerCopy = good.CsrSignerCopy with { Serial = "0A1B" },
            },
            "copy without serial" => good with { CsrSignerCopy = good.CsrSignerCopy with { Serial = null } },
            "aggregator signer of the installer" => good with
            {
                AggregatorClientSigner = good.AggregatorClientSigner with { NotBefore = now.AddHours(-12), NotAfter = now.AddHours(12),
                    Issuer = "aggregator-signer" },
            },
            "aggregator client ends soon" => good with { AggregatorClient = good.AggregatorClient with { NotAfter = now.AddHours(24) } },
            "aggregator client ends in two days" => good with { AggregatorClient = good.AggregatorClient with { NotAfter = now.AddDays(
                2) } },
            "node without gauges" => good with { Nodes = [first,
                new() { Node = "worker-0", Problem = "its kubelet's metrics have no usable x" }] },
            "node without serving date" => good with { Nodes = [first, second with { ServingNotAfter = null }] },
            "node without cluster's serving certificate" => good with { Nodes = [first,
                second with { ServingNotAfter = null, UsesServing = false }] },
            "node unknown in part, known part ends soon" => good with
            {
                Nodes = [first, second with { ClientNotAfter = now.AddDays(1), ServingNotAfter = null, Problem = "no gauge" }],
            },
            "node client ends soon" => good with { Nodes = [first, second with { ClientNotAfter = now.AddDays(6.9) }] },
            "node serving ends soon" => good with { Nodes = [first, second with { ServingNotAfter = now.AddDays(6.9) }] },
            "node expired" => good with { Nodes = [first, second with { ClientNotAfter = now.AddMinutes(-5) }] },
            "no nodes" => good with { Nodes = [], NodesProblem = "we may not list nodes" },
            "pending requests" => good with { PendingRequests = ["csr-1", "csr-2"] },
            "unissued requests" => good with { UnissuedRequests = ["csr-3"] },
            "requests forbidden" => good with { RequestsProblem = "403" },
            "our clock behind" => good with { LocalSkew = TimeSpan.FromMinutes(3) },
            "our clock ahead" => good with { LocalSkew = TimeSpan.FromMinutes(-3) },
            "our clock two minutes off" => good with { LocalSkew = TimeSpan.FromMinutes(2) },
            "cloud clock off" => good with { CloudSkew = TimeSpan.FromMinutes(-121) },
            "cloud clock not asked" => good with { CloudSkew = null },
            "cluster clock unknown" => good with { LocalSkew = null },
            "kubeconfig ends soon" => good with { KubeconfigNotAfter = now.AddDays(6) },
            "kubeconfig with a token" => good with { KubeconfigNotAfter = null },
            "scan forbidden" => good with { ManagedProblem = "403" },
            "a lasting one unreadable" => good with { Managed = [good.Managed[0], Without(good.Managed[1], "no PEM")] },
            "a lasting one expired" => good with { Managed = [good.Managed[0], good.Managed[1] with { NotAfter = now.AddDays(-1) }] },
            "a failure and an unknown" => good with { LocalSkew = TimeSpan.FromHours(1), RequestsProblem = "403" },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such row"),
        };
    }

    private static ClusterCertificate Without(ClusterCertificate certificate, string problem) =>
        certificate with { NotBefore = null, NotAfter = null, Serial = null, Problem = problem };
}
