using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.Surface;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;
using YamlDotNet.Serialization;

namespace Hotstack.OpenShift.Configuration;

/// <summary>
/// What kubectl does with a kubeconfig, right or wrong, and what we do: <c>kubeconfigs.yaml</c>, whose column of kubectl
/// <c>tests/lab/kubeconfigs.py</c> measures. Where the two differ, the row says why.
/// </summary>
public sealed partial class KubectlComparisonTests
{
    private const string Folder = "/project/";
    private const string Sends = "sends";
    private const string Accepts = "accepts";

    private static readonly Dictionary<string, Row> Rows = new DeserializerBuilder().Build()
        .Deserialize<List<Row>>(File.ReadAllText(Path.Combine(PublishedModule.Root, "tests/Hotstack.SnapSet.Tests/OpenShift/Configuration/kubeconfigs.yaml")))
        .ToDictionary(row => row.Name);

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void As_recorded(string name)
    {
        Row row = Rows[name];
        Assert.Equal($"{name}: {row.We}", $"{name}: {Outcome(row)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_difference_has_a_reason(string name)
    {
        Row row = Rows[name];
        bool differs = (row.Kubectl == Sends) != (row.We == Accepts);
        Assert.True(differs == row.Why is not null, $"kubectl: {row.Kubectl}. We: {row.We}. Why: {row.Why}");
    }

    private static string Outcome(Row row)
    {
        try
        {
            Load(row);
            return Accepts;
        }
        catch (HotstackException e)
        {
            return e.Id;
        }
    }

    private static ClusterConfiguration Load(Row row)
    {
        var memory = new MemorySources();
        foreach ((string name, string text) in row.Files)
        {
            memory.File(Path.GetFullPath(Folder + name), Filled(text));
        }

        if (row.Variable is { } variable)
        {
            memory.Variable("KUBECONFIG", variable);
        }
        else if (row.Named is null)
        {
            memory.File(Folder + "config", row.Bytes(Filled(row.Whole)));
        }

        ConfigurationSources sources = memory.Build();
        sources = sources with { HomeDirectory = Folder.TrimEnd('/'), OpenFile = path => memory.Build().OpenFile(Path.GetFullPath(path)) };
        return new KubeconfigLoader(sources, new ManualClock(Identities.Now))
            .Load(row.Variable is null ? Folder + (row.Named ?? "config") : null, row.Ask, new RecordingActivity());
    }

    private static string Filled(string text) => Placeholder().Replace(text, match =>
    {
        string pem = match.Groups["what"].Value switch
        {
            "CERT" => Identities.EcCertificate,
            "KEY" => Identities.EcKey,
            _ => Identities.Of("RSA PKCS#8").Key,
        } + "\n";
        return match.Groups["form"].Value switch
        {
            "" => pem,
            "64" => Identities.Base64(pem),
            _ => string.Join("\n      ", Identities.Base64(pem).Chunk(64).Select(line => new string(line))),
        };
    });

    [GeneratedRegex("{(?<what>CERT|KEY|OTHERKEY)(?<form>|64|64L)}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    /// <summary>A row of the table; its head says what each column is.</summary>
    private sealed class Row
    {
        [YamlMember(Alias = "name")] public string Name { get; set; } = "";


        [YamlMember(Alias = "ask")] public string? Ask { get; set; }

        [YamlMember(Alias = "variable")] public string? Variable { get; set; }

        [YamlMember(Alias = "named")] public string? Named { get; set; }

        [YamlMember(Alias = "encoding")] public string? Encoding { get; set; }

        [YamlMember(Alias = "user")] public string? User { get; set; }

        [YamlMember(Alias = "cluster")] public string? Cluster { get; set; }

        [YamlMember(Alias = "context")] public string? Context { get; set; }

        [YamlMember(Alias = "text")] public string? Text { get; set; }

        [YamlMember(Alias = "files")] public Dictionary<string, string> Files { get; set; } = [];

        [YamlMember(Alias = "kubectl")] public string? Kubectl { get; set; }

        [YamlMember(Alias = "we")] public string? We { get; set; }

        [YamlMember(Alias = "why")] public string? Why { get; set; }

        /// <summary>The kubeconfig.</summary>
        public string Whole => Text ?? KubeconfigTest.Yaml(User ?? "token: t", Cluster ?? "server: https://127.0.0.1:1", Context ?? "");

        public byte[] Bytes(string text) => Encoding switch
        {
            "utf-16" => [.. System.Text.Encoding.Unicode.GetPreamble(), .. System.Text.Encoding.Unicode.GetBytes(text)],
            "latin-1" => System.Text.Encoding.Latin1.GetBytes(text),
            _ => System.Text.Encoding.UTF8.GetBytes(text),
        };
    }
}
