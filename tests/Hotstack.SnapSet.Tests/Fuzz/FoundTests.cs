using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Clusters;
using Hotstack.Clusters.Assess;
using Hotstack.Clusters.Certificates;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Fuzz.Targets;
using Hotstack.Http;
using Hotstack.Input;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Move;
using Hotstack.SnapSets.Restore;
using Hotstack.Templates;
using Xunit;
using k8s.Models;
using static Hotstack.OpenShift.ScriptedAnswers;

namespace Hotstack.Fuzz;

/// <summary>Input that once was an exception, a hang, all of the memory, or a secret in a message.</summary>
public sealed class FoundTests
{
    private static readonly SourceMark Mark = TemplateErrors.Mark("p.yaml", TemplateErrors.Parameters);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a\\ud800b", "a\uFFFDb")]
    [InlineData("\\udc00\\ud83d\\ude00", "\uFFFD\U0001F600")]
    [InlineData("\\\\ud800", "\\ud800")]
    [InlineData("\\uD83D", "\uFFFD")]
    public void Half_a_surrogate_pair_in_an_answer_does_not_hide_the_rest(string json, string read) =>
        Assert.Equal(read, Image($$"""{"id":"1","name":"{{json}}"}""").Name);

    [Fact]
    public void Nor_do_bytes_that_are_no_UTF8()
    {
        byte[] body = [.. "{\"id\":\"1\",\"name\":\"a"u8, 0xff, .. "\"}"u8];

        Assert.Equal("a\uFFFD", OpenStack.Imaging.Image.From(Answers.Of(body).Json()).Name);
    }

    [Fact]
    public void Tags_that_are_no_texts_are_none() =>
        Assert.Equal(["a"], Image("""{"id":"1","tags":["a",1,null,{"b":2},["c"]]}""").Tags);

    [Fact]
    public void Of_a_property_that_is_there_twice_the_last_one_counts() =>
        Assert.Equal("2", Image("""{"id":"1","hotstack_name":"1","hotstack_name":"2"}""").Properties["hotstack_name"]);

    [Fact]
    public void Of_an_output_that_is_there_twice_too()
    {
        var stack = Stack.From(Json(
            """{"tags":[1,"a"],"outputs":[{"output_key":"a","output_value":1},{"output_key":"a","output_value":{"b":1,"b":2}}]}"""));

        Assert.Equal(["a"], stack.Tags);
        Assert.Contains("b: 2", StackOutputsFile.Text(stack, "f", [], [], new RecordingActivity()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signing_request_whose_groups_are_no_texts_is_no_answer() => Assert.Throws<JsonException>(
        () => ModelJson.Parse<V1CertificateSigningRequest>("""{"spec":{"groups":[1,"system:nodes",{}],"usages":[null]}}"""u8.ToArray()));

    [Fact]
    public void Sizes_that_are_no_sizes_have_a_sum()
    {
        SnapSetMember member = Templates.Texts.Member("a") with { Size = long.MaxValue,
            Volumes = [Templates.Texts.Volume("s", size: long.MaxValue)] };
        SnapSet set = Templates.Texts.Set(member, member with { Name = "b", Volumes = [Templates.Texts.Volume("t", size: long.MaxValue)] });

        Assert.Equal((long.MaxValue, long.MaxValue), (set.Size, set.VolumeSize));
        Assert.Equal(5, new[] { 2L, -7, 3 }.Total(size => size));
    }

    [Fact]
    public void A_quota_beyond_all_bytes_is_no_negative_one() => Assert.Equal(
        long.MaxValue >> 20 << 20,
        ImageQuota.From(Json("""{"usage":{"image_size_total":{"limit":9223372036854775807,"usage":0}}}""")).BytesLeft);

    [Fact]
    public void A_server_in_the_year_9999_does_not_set_our_clock()
    {
        var clock = new ServerClock(new ManualClock());
        clock.Read(Answers.Of([], 200, new Dictionary<string, string> { ["Date"] = "Fri, 31 Dec 9999 23:59:59 GMT" }));

        Assert.Null(clock.Skew);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public void A_certificate_without_end_can_be_judged(string date)
    {
        ClusterCertificate read = SecretCertificates.Read(new V1Secret
        {
            Metadata = new()
            {
                Name = "csr-signer",
                Annotations = new Dictionary<string, string>
                {
                    ["auth.openshift.io/certificate-not-before"] = date,
                    ["auth.openshift.io/certificate-not-after"] = date,
                },
            },
        });
        var facts = new CertificateFacts
        {
            Now = DateTimeOffset.UnixEpoch, CsrSignerSigner = read, CsrSigner = read with { Serial = "1" },
                CsrSignerCopy = read with { Serial = "2" },
            AggregatorClientSigner = read, AggregatorClient = read,
                Nodes = [new NodeCertificates { Node = "a", ClientNotAfter = read.NotAfter, ServingNotAfter = read.NotAfter }],
        };

        Assert.NotEmpty(CertificateAssessment.Of(facts, CertificateAssessment.DefaultMinimumValidity).Verdict);
    }

    [Theory]
    [InlineData("https://cloud.example//evil.example/v3", "https://cloud.example/evil.example/v3/auth/tokens")]
    [InlineData("//evil.example/v3", "https://cloud.example/v3/auth/tokens")]
    [InlineData("https://elsewhere.example/identity/v3/", "https://cloud.example/identity/v3/auth/tokens")]
    public void Discovery_leads_to_no_other_host(string link, string tokens) => Assert.Equal(
        tokens,
        Authenticator.TokensAddress(Answers.Of(Encoding.UTF8.GetBytes(
            $$$"""{"version":{"id":"v3.14","links":[{"rel":"self","href":"{{{link}}}"}]}}""")))?.AbsoluteUri);

    [Theory]
    [InlineData("password: *SECRET")]
    [InlineData("password: !SECRET")]
    [InlineData("password: !!SECRET x")]
    public void A_password_that_YAML_takes_for_syntax_is_not_told(string line)
    {
        string yaml = $"clouds:\n  lab:\n    auth:\n      auth_url: https://k.example/v3\n      {line.Replace("SECRET", Secret.Marker, StringComparison.Ordinal)}\n";

        var e = Assert.Throws<HotstackException>(() => Load(yaml));

        Assert.Equal("CloudConfigInvalid", e.Id);
        Assert.Contains("line 5", e.Message, StringComparison.Ordinal);
        Assert.Contains("in quotes", e.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret.Marker, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_escape_of_no_character_is_broken_YAML() =>
        Assert.Equal("CloudConfigInvalid", Assert.Throws<HotstackException>(() => Load("clouds: \"\\ud800\"")).Id);

    [Fact]
    public void A_mapping_merged_over_and_over_is_refused()
    {
        string yaml = $"a: &a {{{string.Join(',', Enumerable.Range(0, 700).Select(i => $"k{i}: [1, 2]"))}}}\nb: {{{string.Concat(Enumerable.Repeat("<<: *a, ", 700))}c: 1}}";

        Assert.Contains("merge keys", Assert.Throws<HotstackException>(() => Load(yaml)).Message, StringComparison.Ordinal);
        Assert.Contains("merge keys", Assert.Throws<HotstackException>(() => DocReader.Read(Mark, yaml)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_names_a_long_one_over_and_over_stays_short()
    {
        string yaml = $"clouds:\n  lab:\n    auth_type: none\n    x: {new string('x', 100_000)}\n    y: \"{string.Concat(Enumerable.Repeat("{x}", 20_000))}\"\n";

        Assert.InRange(Load(yaml).Settings["y"].Length, 200_000, 300_000);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void A_path_that_no_file_has_is_not_there(string path) => Assert.Null(ConfigurationSources.OfThisProcess().OpenFile(path));

    [Fact]
    public void A_kubeconfig_with_such_a_path_is_refused()
    {
        const string yaml = "clusters: [{name: c, cluster: {server: 'https://a', certificate-authority: \"a\\0b\"}}]\ncontexts: [{name: x, context: {cluster: c}}]\n";

        Assert.Equal("KubeconfigInvalid", Assert.Throws<HotstackException>(() =>
            new KubeconfigLoader(new Sources { ["/w/k"] = Encoding.UTF8.GetBytes(yaml) }.Build()).Load("/w/k", "x")).Id);
    }

    [Theory]
    [InlineData("!!int 0xZZ", "0xZZ")]
    [InlineData("!!int 0b9", "0b9")]
    [InlineData("!!int 0o7", "0o7")]
    [InlineData("!!int x", "x")]
    public void What_a_tag_calls_an_integer_and_is_none_stays_a_text(string yaml, string read) =>
        Assert.Equal(read, DocJson.Of(((DocMap)DocReader.Read(Mark, $"a: {yaml}")!)["a"])!.GetValue<string>());

    [Fact]
    public void A_number_as_long_as_a_file_stays_a_text() =>
        Assert.Equal(JsonValueKind.String,
            DocJson.Of(((DocMap)DocReader.Read(Mark, $"a: {new string('9', 100_000)}")!)["a"])!.GetValueKind());

    [Theory]
    [InlineData("{{ a FILTERS }}", " | d(b)")]
    [InlineData("{{ NUMBER }}", "1")]
    public void An_expression_as_long_as_a_file_is_refused(string expression, string part)
    {
        string many = string.Concat(Enumerable.Repeat(part, 100_000));
        string text = expression.Replace("FILTERS", many, StringComparison.Ordinal).Replace("NUMBER", many, StringComparison.Ordinal);

        Assert.Equal("ParameterUnresolved", Assert.Throws<HotstackException>(() => Parameters($"stack_parameters: {{p: \"{text}\"}}")).Id);
    }

    [Theory]
    [InlineData("\u0001", 300)]
    [InlineData("\U000e0001", 900)]
    [InlineData("k", 1000)]
    public void A_long_key_is_written_so_that_it_is_read(string part, int count)
    {
        string key = string.Concat(Enumerable.Repeat(part, count));
        var map = new DocMap(Mark, isFlow: false).Set(key, DocScalar.Of(Mark, "x"));

        Assert.True(DocWriter.AreSame(map, DocReader.Read(Mark, DocWriter.Write(map))));
    }

    [Fact]
    public void Half_a_pair_in_the_name_of_a_manifests_field_is_no_crash() =>
        Assert.Equal(
            "ExportManifestInvalid",
            Assert.ThrowsAny<HotstackException>(
                () => ManifestFile.Parse("m.json", Encoding.UTF8.GetBytes("{\"\\ud800en\": 1, \"\\ud8d800\": 2}"))).Id);

    [Fact]
    public void Braces_that_nothing_closes_are_looked_for_once() =>
        Assert.Equal("ParameterUnresolved",
            Assert.Throws<HotstackException>(() => Parameters($"stack_parameters: {{p: \"{new string('{', 900_000)}\"}}")).Id);

    [Fact]
    public void As_many_variables_as_a_file_holds_are_read_at_once() =>
        Assert.Equal(30_000, Parameters(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"k{i}: 1\n"))).Variables.Count);

    [Theory]
    [InlineData("[z-a]", "b", false)]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("h?-[m-n]*", "HS-Multi", true)]
    public void Any_pattern_is_matched(string pattern, string name, bool isMatch) => Assert.Equal(isMatch, Wildcard.Matches(name, pattern));

    [Fact]
    public void Digits_of_another_script_are_no_duration() => Assert.False(Duration.TryRead("\u0661s", out _));

    [Fact]
    public void A_file_of_snapset_data_is_read_up_to_a_limit()
    {
        var e = Assert.Throws<HotstackException>(() => SnapSetFile.Read("outputs.yaml", new MemoryStream(new byte[2 << 20])));

        Assert.Equal("SnapSetFileInvalid", e.Id);
        Assert.Contains("larger than 1024 KiB", e.Message, StringComparison.Ordinal);
        Assert.Equal("SnapSetFileInvalid", Assert.Throws<HotstackException>(() => SnapSetFile.Read("a\0b")).Id);
    }

    [Fact]
    public async Task Pages_that_come_again_are_an_error_and_no_endless_list()
    {
        using var server = new ScriptedHandler(_ => Nodes("10", "again", "a"), _ => Nodes("10", "again", "a"));
        using Cluster cluster = HandledCluster.Connect(server, new RecordingActivity());

        ServiceException failure = await Assert.ThrowsAsync<ServiceException>(() => cluster.ListNodesAsync(Stop));

        Assert.Equal("ListEndless", failure.Id);
        Assert.Equal(2, server.Requests.Count);
    }

    private static CloudConfiguration Load(string yaml) =>
        new CloudConfigurationLoader(new Sources { ["/w/clouds.yaml"] = Encoding.UTF8.GetBytes(yaml) }.Build()).Load(null, null);

    private static ParameterSet Parameters(string yaml) => ParameterSet.Load(
        [ParameterFile.Read(Mark, () => new MemoryStream(Encoding.UTF8.GetBytes(yaml)))], new Dictionary<string, JsonNode?>());

    private static Image Image(string json) => OpenStack.Imaging.Image.From(Json(json));

    private static JsonElement Json(string json) => Answers.Of(Encoding.UTF8.GetBytes(json)).Json();
}
