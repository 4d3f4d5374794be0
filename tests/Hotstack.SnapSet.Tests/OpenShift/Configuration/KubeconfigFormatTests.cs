using System.Text;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>The shapes of a file, right and wrong.</summary>
public sealed class KubeconfigFormatTests : KubeconfigFixture
{
    [Theory]
    [InlineData("JSON", """
        {
        	"kind": "Config", "apiVersion": "v1", "preferences": {}, "current-context": "a\/b \ud83d\ude00",
        	"contexts": [ {"name": "a\/b \ud83d\ude00", "context": {"cluster": "c", "user": "u"}} ],
        	"clusters": [ {"name": "c", "cluster": {"server": "https:\/\/x"}} ],
        	"users": [ {"name": "u", "user": {"token": "t"}} ]
        }
        """)]
    [InlineData("flow", """
        {current-context: "a/b \U0001F600", contexts: [{name: "a/b \U0001F600", context: {cluster: c, user: u}}],
         clusters: [{name: c, cluster: {server: https://x}}], users: [{name: u, user: {token: t}}]}
        """)]
    [InlineData("anchors", """
        current-context: "a/b \U0001F600"
        contexts: [{context: &c {cluster: c, user: u}, name: "a/b \U0001F600"}, {context: *c, name: other}]
        clusters: [{name: c, cluster: {server: https://x}}]
        users: [{name: u, user: {token: t}}]
        """)]
    [InlineData("unknown keys and numbers", """
        preferences: {colors: true}
        extensions: [{name: e, extension: {x: 1}}]
        current-context: "a/b \U0001F600"
        contexts: [{name: "a/b \U0001F600", context: {cluster: c, user: u, extensions: []}}, {context: {}, name: 7}]
        clusters: [{name: c, cluster: {server: https://x, disable-compression: true, future: [1]}}]
        users: [{name: u, user: {token: t}}]
        """)]
    public void Any_of_YAML_and_JSON(string shape, string text)
    {
        Assert.NotEmpty(shape);
        Assert.Equal(("a/b 😀", "c", "t"), (Load(text).Context, Load(text).ClusterName, Load(text).Token));
    }

    [Fact]
    public void Also_with_a_byte_order_mark()
    {
        byte[] bytes = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Yaml())];

        Assert.Equal("admin", Load(new MemorySources().File(HomeFile, bytes)).Context);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "contexts: [", "line 2, column 1" },
        { "{\"contexts\": [}", "line 1, column 15" },
        { "- contexts", "line 1, column 1: a kubeconfig has to be a mapping, not a list" },
        { "words", "a kubeconfig has to be a mapping, not a single value" },
        { "kind: Secret", "line 1, column 7: kind is not Config: this is no kubeconfig" },
        { "apiVersion: v2", "line 1, column 13: apiVersion is not v1" },
        { "kind: [Config]", "kind has to be a single value, not a list" },
        { "current-context: {}", "line 1, column 18: current-context has to be a single value, not a mapping" },
        { "contexts: {admin: {}}", "line 1, column 11: contexts has to be a list, not a mapping" },
        { "contexts: [admin]", "line 1, column 12: an item of contexts has to be a mapping with name and context, not a single value" },
        { "users:\n- {name: anna}\n- {name: anna}", "line 3, column 3: the user anna is given twice" },
        { "users: [{name: anna, name: bob}]", "the key name is given twice" },
        { "users: [{name: [anna]}]", "name has to be a single value, not a list" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_an_error_that_names_the_place(string text, string message)
    {
        HotstackException error = Refuses(text, message);
        Assert.StartsWith(HomeFile, error.Message, StringComparison.Ordinal);
        Assert.Equal(HomeFile, error.Target);
    }

    [Fact]
    public void No_text_is_an_error() =>
        Assert.Contains("not UTF-8", Fails(new MemorySources().File(HomeFile, [0xff, 0xfa, 0x00])).Message, StringComparison.Ordinal);

    [Fact]
    public void Size_is_bounded_but_not_at_that_of_many_clusters()
    {
        string comment = "\n# " + new string('x', 2 << 20);

        Assert.Equal("admin", Load(Yaml() + comment).Context);
        Refuses(Yaml() + string.Concat(Enumerable.Repeat(comment, 8)), "larger than 16384 KiB");
    }
}
