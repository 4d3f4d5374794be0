using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.OpenShift.Configuration;
using Hotstack.Sandbox.Cluster.Requests;
using Xunit;

namespace Hotstack.OpenShift.Login;

/// <summary>The sandbox's cluster by kubeconfigs whose users log in by a program.</summary>
public sealed class ExecClusterTests : ClusterFixture
{
    private readonly List<Cluster> _connected = [];
    private ScriptedPlugin? _plugin;

    protected override void DisposeConnections()
    {
        _connected.ForEach(cluster => cluster.Dispose());
        _plugin?.Dispose();
        base.DisposeConnections();
    }

    [Fact]
    public async Task By_a_token_once_for_all_calls_also_those_that_poll()
    {
        Cluster cluster = Connect(ScriptedPlugin.Answer(KubeAccess.OperatorToken));

        await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(_ => new[] { cluster, cluster.ForPolling() }).Select(NodesAsync));

        Assert.Equal(1, _plugin!.Runs);
    }

    [Fact]
    public async Task By_a_certificate_which_is_shown_to_the_server()
    {
        TlsConfiguration admin = ClusterConfiguration().Tls;
        string first = ExecAnswers.Certified(admin.ClientCertificate!, admin.ClientKey!);
        Cluster cluster = Connect($"cat <<'E'\n{first}\nE");

        Assert.Equal(NodeNames.Count, await NodesAsync(cluster));

        Assert.Equal(1, _plugin!.Runs);
    }

    [Fact]
    public async Task As_somebody_else()
    {
        Cluster cluster = Connect(ScriptedPlugin.Answer(KubeAccess.OperatorToken), user: "as: nobody-at-all\n    as-groups: [a, b]");

        ServiceException refusal = await Assert.ThrowsAsync<ServiceException>(() => NodesAsync(cluster));

        Assert.Contains("nobody-at-all", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_the_cluster_refuses_is_told_with_the_program()
    {
        Cluster cluster = Connect(ScriptedPlugin.Answer("s3cr3t-wrong"));

        ServiceException refusal = await Assert.ThrowsAsync<ServiceException>(() => NodesAsync(cluster));

        Assert.Equal((401, 2), (refusal.Status, _plugin!.Runs));
        Assert.Contains(_plugin.Program, refusal.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", refusal + string.Concat(Activity.Everything), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_revoked_meanwhile_is_replaced_once()
    {
        Cluster cluster = Connect(
            $"if [ -f \"$here/again\" ]; then\n{ScriptedPlugin.Answer(KubeAccess.OperatorToken)}\nelse\necho >\"$here/again\"\n{ScriptedPlugin.Answer("s3cr3t-old")}\nfi");

        Assert.Equal(NodeNames.Count, await NodesAsync(cluster));
        Assert.Equal(NodeNames.Count, await NodesAsync(cluster));

        Assert.Equal(2, _plugin!.Runs);
    }

    [Fact]
    public async Task A_program_that_fails_for_now_fails_the_call()
    {
        Cluster cluster = Connect("echo 'your session has ended' >&2; exit 1");

        ServiceException failure = await Assert.ThrowsAsync<ServiceException>(() => NodesAsync(cluster));

        Assert.Equal(("ExecPluginFailed", ErrorCause.AuthenticationFailed), (failure.Id, failure.Cause));
        Assert.Contains("exit code 1: your session has ended", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<int> NodesAsync(Cluster cluster) => (await cluster.ListNodesAsync(Stop)).Items.Count;

    /// <summary>The file is a real one, so that a relative command is found beside it.</summary>
    private Cluster Connect(string script, string user = "")
    {
        Assert.SkipUnless(ScriptedPlugin.IsPossible, "needs a shell");
        _plugin = new ScriptedPlugin(script);
        string path = _plugin.PathOf("config");
        File.WriteAllText(path, $"""
            {Sandbox.Kubeconfig.Replace("\ncontexts:\n", $"\n- name: anna\n  user:\n    exec: {{command: ./login, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}\n    {user}\ncontexts:\n- {{name: exec, context: {{cluster: CLUSTER, user: anna}}}}\n", StringComparison.Ordinal)}
            """.Replace("CLUSTER", ClusterConfiguration().ClusterName, StringComparison.Ordinal));
        ScriptedPlugin.SetMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var loader = new KubeconfigLoader(ConfigurationSources.OfThisProcess() with { Variables = new Dictionary<string, string>() });
        Cluster cluster = OpenShift.Cluster.Connect(loader.Load(path, "exec", Activity), Activity, TimeProvider.System);
        _connected.Add(cluster);
        return cluster;
    }
}
