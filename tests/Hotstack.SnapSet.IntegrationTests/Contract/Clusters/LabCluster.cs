using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Hotstack.Contract.Clusters;

/// <summary>A real API server, as the environment names it; see tests/lab/kube-lab.sh.</summary>
public sealed class LabCluster : ContractCluster
{
    private const string BrokenGroup = "contract.example.com";

    /// <summary>What a kubelet says of its certificates where nothing else was asked for.</summary>
    private const string UsualSeconds = "1728000";

    private readonly Dictionary<string, Func<CancellationToken, Task>> _repairs = [];

    private bool _wasStopped;
    private RSA? _authorityKey;

    internal override TimeProvider Time => TimeProvider.System;

    internal override TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    internal override IReadOnlyList<string> Nodes => ["master-0", "master-1", "master-2", "worker-0"];

    internal override string PolicyVersion => "v1beta1";

    internal override (X500DistinguishedName Name, X509SignatureGenerator Key) Authority
    {
        get
        {
            if (_authorityKey is null)
            {
                _authorityKey = RSA.Create();
                _authorityKey.ImportFromPem(File.ReadAllText(FileOf("pki", "ca.key")));
            }

            using X509Certificate2 authority = X509Certificate2.CreateFromPem(File.ReadAllText(FileOf("pki", "ca.crt")));
            return (authority.SubjectName, X509SignatureGenerator.CreateForRSA(_authorityKey, RSASignaturePadding.Pkcs1));
        }
    }

    internal override string Kubeconfig(string user) => File.ReadAllText(FileOf(user switch
    {
        "admin" => "kubeconfig",
        "operator" => "kubeconfig-token",
        _ => "kubeconfig-" + user,
    }));

    internal override Task StopApiAsync(CancellationToken stop)
    {
        _wasStopped = true;
        return RunAsync(stop, "kill-apiserver");
    }

    internal override Task StartApiAsync(CancellationToken stop) => RunAsync(stop, "start-apiserver");

    /// <summary>What an API server tells watches of begins with its start.</summary>
    internal override async Task ForgetChangesAsync(CancellationToken stop)
    {
        await StopApiAsync(stop);
        await StartApiAsync(stop);
    }

    internal override Task SetOperatorAsync(string name, string condition, string status, CancellationToken stop) =>
        RunAsync(["operator", name, condition, status], ["operator", name, condition, condition == "Available" ? "True" : "False"], stop);

    internal override Task SetHelperAsync(string node, string fate, CancellationToken stop) =>
        RunAsync(["helper", node, fate], ["helper", node, "ok"], stop);

    internal override Task SetKubeletAsync(string node, TimeSpan client, TimeSpan serving, CancellationToken stop) => RunAsync(
        ["ttl", node, $"{(long)client.TotalSeconds}", $"{(long)serving.TotalSeconds}"], ["ttl", node, UsualSeconds, UsualSeconds], stop);

    internal override Task RejuvenateAsync(CancellationToken stop) => RunAsync(["certs", "young"], ["certs", "rotated"], stop);

    internal override Task PowerOffAsync(string node, CancellationToken stop) => RunAsync(["power-off", node], ["reboot", node], stop);

    internal override async Task PowerOnAsync(string node, CancellationToken stop)
    {
        await RunAsync(stop, "reboot", node);
        _repairs.Remove($"reboot {node}");
    }

    internal override async Task<IReadOnlyList<string>> AddCsrsAsync(string node, string key, string[] kinds, CancellationToken stop)
    {
        string[] names = (await RunAsync(stop, ["csr", node, key, .. kinds])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names)
        {
            _repairs[name] = token => new RawObjects(Admin, "certificates.k8s.io", "v1", "certificatesigningrequests").DeleteAsync(name,
                token);
        }

        return names;
    }

    internal override Task<IReadOnlyList<string>> AddHostileCsrsAsync(CancellationToken stop) =>
        AddCsrsAsync(Nodes[0], "ecdsa", ["network", "stranger"], stop);

    internal override async Task<string> AddBrokenGroupAsync(CancellationToken stop)
    {
        const string name = $"v1.{BrokenGroup}";
        var apiServices = new RawObjects(Admin, "apiregistration.k8s.io", "v1", "apiservices");
        _repairs[name] = token => apiServices.DeleteAsync(name, token);
        await apiServices.CreateAsync(
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["spec"] = new JsonObject
                {
                    ["group"] = BrokenGroup, ["version"] = "v1", ["groupPriorityMinimum"] = 100, ["versionPriority"] = 100,
                    ["insecureSkipTLSVerify"] = true,
                    ["service"] = new JsonObject { ["namespace"] = Namespace, ["name"] = "nobody" },
                },
            },
            stop);
        // At first there is nobody for its path, which is a 404.
        await UntilAsync(
            "the API server passes calls of the new group on",
            async () => (await Admin.Api.SendAsync(
                Admin.Api.Request(HttpMethod.Get, $"apis/{BrokenGroup}/v1") with { AlsoExpected = [404, 503], StatusRetries = 0 },
                    stop)).Status == 503,
            stop);
        return BrokenGroup;
    }

    internal override async Task RestoreAsync(CancellationToken stop)
    {
        if (_wasStopped)
        {
            await RunAsync(stop, "up");
            _wasStopped = false;
        }

        foreach (Func<CancellationToken, Task> repair in _repairs.Values)
        {
            await repair(stop);
        }

        _repairs.Clear();
    }

    private protected override async Task StartAsync(CancellationToken stop)
    {
        await RunAsync(stop, "up");
        await RunAsync(stop, "seed");
    }

    private protected override async ValueTask EndAsync()
    {
        _authorityKey?.Dispose();
        await RunAsync(CancellationToken.None, "seed");
    }

    private Task<string> RunAsync(string[] words, string[] repair, CancellationToken stop)
    {
        _repairs[string.Join(' ', repair)] = token => RunAsync(token, repair);
        return RunAsync(stop, words);
    }

    private static string FileOf(params string[] path) => Path.Combine([KubeLabSettings.Directory, .. path]);

    private static async Task<string> RunAsync(CancellationToken stop, params string[] words)
    {
        var start = new ProcessStartInfo("bash", [KubeLabSettings.Script, .. words])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["KUBE_LAB_DIR"] = KubeLabSettings.Directory;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(stop);
        string output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {output}{await errors}");
    }
}
