using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Loads kubeconfig files from memory, on the first of March 2026.</summary>
public abstract class KubeconfigFixture
{
    internal const string HomeFile = "/home/anna/.kube/config";

    private protected RecordingActivity Activity { get; } = new();

    private protected static readonly string Certified = $"""
        client-certificate-data: {Identities.Base64(Identities.EcCertificate)}
        client-key-data: {Identities.Base64(Identities.EcKey)}
        """;

    /// <summary>One context, cluster and user, with further lines at their level.</summary>
    internal static string Yaml(string user = "token: s3cr3t-Xy", string cluster = "server: https://api.lab.example:6443",
        string context = "") =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: admin
        contexts:
        - name: admin
          context:
            cluster: lab
            user: anna
        {Indented(context)}
        clusters:
        - name: lab
          cluster:
        {Indented(cluster)}
        users:
        - name: anna
          user:
        {Indented(user)}
        """;

    /// <summary>Many contexts, each of a cluster and user of the same name.</summary>
    internal static string Many(string? current, string server, params string[] names) =>
        (current is null ? "" : $"current-context: {current}\n")
        + "contexts:" + Items(names, name => $"name: {name}, context: {{cluster: {name}, user: {name}}}")
        + "clusters:" + Items(names, name => $"name: {name}, cluster: {{server: 'https://{server}/'}}")
        + "users:" + Items(names, name => $"name: {name}, user: {{token: {server}-{name}}}");

    internal static MemorySources Home(string text) => new MemorySources().File(HomeFile, text);

    private protected ClusterConfiguration Load(MemorySources sources, string? path = null, string? context = null,
        TimeProvider? time = null) =>
        new KubeconfigLoader(sources.Build(), time ?? new ManualClock(Identities.Now)).Load(path, context, Activity);

    private protected ClusterConfiguration Load(string text) => Load(Home(text));

    private protected HotstackException Fails(MemorySources sources, string? path = null, string? context = null, TimeProvider? time = null)
    {
        var error = Assert.Throws<HotstackException>(() => Load(sources, path, context, time));
        Assert.DoesNotContain("s3cr3t", error + error.Hint + string.Concat(Activity.Everything), StringComparison.Ordinal);
        return error;
    }

    private protected HotstackException Fails(string text) => Fails(Home(text));

    /// <summary>That a file is refused as invalid, for a reason.</summary>
    private protected HotstackException Refuses(string text, string message)
    {
        HotstackException error = Fails(text);
        Assert.Equal(("KubeconfigInvalid", ErrorCause.ConfigurationInvalid), (error.Id, error.Cause));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(HomeFile, error.Message, StringComparison.Ordinal);
        return error;
    }

    private static string Items(string[] names, Func<string, string> item) =>
        names.Length == 0 ? " []\n" : "\n" + string.Concat(names.Select(name => $"- {{{item(name)}}}\n"));

    private static string Indented(string lines) => string.Join('\n', lines.Split('\n').Select(line => "    " + line));
}
