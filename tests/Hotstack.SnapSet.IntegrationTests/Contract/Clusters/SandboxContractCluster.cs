using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Contract.Clusters;

/// <summary>A sandbox's cluster by a clock that moves on by itself whenever somebody waits.</summary>
public sealed class SandboxContractCluster : ContractCluster
{
    private const string BrokenGroup = "route.openshift.io";

    private readonly ManualClock _clock = new() { AutoAdvance = true };

    private SandboxServer _sandbox = null!;
    private bool _isAsAtStart = true;

    internal override TimeProvider Time => _clock;

    internal override TimeSpan Pause => TimeSpan.FromSeconds(1);

    internal override IReadOnlyList<string> Nodes => _sandbox.Cluster.Nodes;

    internal override string PolicyVersion => "v1";

    internal override (X500DistinguishedName Name, X509SignatureGenerator Key) Authority =>
        (Pki.Authority.SubjectName, X509SignatureGenerator.CreateForECDsa(Pki.Key));

    internal override string Kubeconfig(string user) =>
        user == "admin" ? _sandbox.Kubeconfig
            : _sandbox.Kubeconfig.Replace("current-context: hs-multi", $"current-context: {user}", StringComparison.Ordinal);

    internal override Task StopApiAsync(CancellationToken stop) => Do(c => c.Outage(TimeSpan.FromDays(1)));

    internal override Task StartApiAsync(CancellationToken stop) => Do(c =>
    {
        c.RestartApi();
        c.Outage(TimeSpan.Zero);
    });

    internal override Task ForgetChangesAsync(CancellationToken stop) => Do(c => c.ForgetEvents());

    internal override Task SetOperatorAsync(string name, string condition, string status, CancellationToken stop) =>
        Do(c => c.SetOperator(name, condition, status));

    internal override Task SetHelperAsync(string node, string fate, CancellationToken stop) => Do(c => c.SetHelperPods(node, fate switch
    {
        "ok" => PodFate.Succeed,
        "fail" => PodFate.Fail,
        "hang" => PodFate.Hang,
        _ => PodFate.ImagePullError,
    }));

    internal override Task SetKubeletAsync(string node, TimeSpan client, TimeSpan serving, CancellationToken stop) =>
        Do(c => c.SetKubeletCertificates(node, _clock.GetUtcNow() + client, _clock.GetUtcNow() + serving));

    internal override Task RejuvenateAsync(CancellationToken stop) => BeginAnewAsync(TimeSpan.FromHours(2), stop);

    internal override Task PowerOffAsync(string node, CancellationToken stop) => Do(_ => _sandbox.Cloud.SetServer(node, "stopped"));

    internal override Task PowerOnAsync(string node, CancellationToken stop) => Do(_ => _sandbox.Cloud.SetServer(node, "active"));

    internal override Task<IReadOnlyList<string>> AddCsrsAsync(string node, string key, string[] kinds, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<string>>([.. kinds.Select(kind => AddCsr(node, key, kind))]);

    internal override Task<IReadOnlyList<string>> AddHostileCsrsAsync(CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<string>>([.. _sandbox.Cluster.AddHostileCsrs().Keys]);

    internal override Task<string> AddBrokenGroupAsync(CancellationToken stop)
    {
        _isAsAtStart = false;
        _sandbox.Faults.Add(new Fault
        {
            Kind = FaultKind.Status, Service = "kubernetes", Path = $"^/apis/{BrokenGroup}/v1", Status = 503, Times = 0,
        });
        return Task.FromResult(BrokenGroup);
    }

    internal override Task RestoreAsync(CancellationToken stop) => _isAsAtStart ? Task.CompletedTask : BeginAnewAsync(null, stop);

    private protected override async Task StartAsync(CancellationToken stop) =>
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Clock = _clock }, stop);

    private protected override ValueTask EndAsync() => _sandbox.DisposeAsync();

    private async Task BeginAnewAsync(TimeSpan? age, CancellationToken stop)
    {
        await _sandbox.DisposeAsync();
        var options = new SandboxOptions { Clock = _clock };
        _sandbox = await SandboxServer.StartAsync(age is { } hours ? new SandboxOptions { Clock = _clock, ClusterAge = hours } : options,
            stop);
        _isAsAtStart = age is null;
        await ReconnectAsync(stop);
    }

    private string AddCsr(string node, string key, string kind)
    {
        _isAsAtStart = false;
        string address = _sandbox.Cloud.Server(node).Ports[0].Address;
        bool isServing = kind == "serving";
        bool isOfNode = isServing || kind == "renewal";
        return _sandbox.Cluster.AddCsr(
            isOfNode ? $"system:node:{node}" : Csrs.Bootstrapper, isOfNode ? Csrs.NodeGroups : Csrs.BootstrapperGroups,
            isServing ? Csrs.ServingSigner : Csrs.ClientSigner,
            [.. key == "rsa" ? ["key encipherment"] : Array.Empty<string>(), .. isServing ? Csrs.ServingUsages : Csrs.ClientUsages],
            Encoding.UTF8.GetBytes(isServing ? Request(node, key, address) : Request(node, key, null)));
    }

    private static string Request(string node, string key, string? address)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var subject = new X500DistinguishedName(Csrs.NodeSubject(node));
        CertificateRequest request = key == "rsa"
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, ec, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(node);
            names.AddIpAddress(System.Net.IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }

        return request.CreateSigningRequestPem() + "\n";
    }

    private Task Do(Action<SandboxCluster> change)
    {
        _isAsAtStart = false;
        change(_sandbox.Cluster);
        return Task.CompletedTask;
    }
}
