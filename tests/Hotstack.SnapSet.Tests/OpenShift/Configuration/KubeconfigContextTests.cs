using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Which context is used, and what it leads to.</summary>
public sealed class KubeconfigContextTests : KubeconfigFixture
{
    [Theory]
    [InlineData(null, "b")]
    [InlineData("", "b")]
    [InlineData("a", "a")]
    [InlineData("c", "c")]
    public void The_one_named_or_else_the_current_one(string? asked, string chosen) =>
        Assert.Equal((chosen, $"one-{chosen}"), Chosen(Load(Home(Many("b", "one", "a", "b", "c")), context: asked)));

    [Fact]
    public void None_is_an_error_also_where_there_is_but_one()
    {
        HotstackException error = Fails(Many(null, "one", "b", "a"));

        Assert.Equal(("ContextMissing", ErrorCause.InputInvalid), (error.Id, error.Cause));
        Golden.Message(error);
        Assert.Equal("ContextMissing", Fails(Many(null, "one", "a")).Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{}")]
    [InlineData("clouds: {lab: {}}")]
    [InlineData("apiVersion: v1\nkind: Config\ncontexts:\nclusters: null\nusers: []\n")]
    public void A_file_without_contexts_is_told_apart(string text)
    {
        HotstackException error = Fails(text);

        Assert.Equal("ContextMissing", error.Id);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("Admin", "admin, admin-old")]
    [InlineData("admin-old-2", "admin, admin-old")]
    [InlineData("nobody", "admin, admin-old, other")]
    public void One_that_is_not_there_is_an_error_that_lists_what_is(string asked, string names)
    {
        HotstackException error = Fails(Home(Many("admin", "one", "other", "admin", "admin-old")), context: asked);

        Assert.Equal(("ContextNotFound", ErrorCause.NotFound, asked), (error.Id, error.Cause, error.Target));
        Assert.Contains(names, error.Message + error.Hint, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Fact]
    public void Nor_is_a_current_one_that_is_not_there_passed_over()
    {
        HotstackException error = Fails(Many("gone", "one", "a"));

        Golden.Message(error);
        Assert.Equal("ContextNotFound", Fails("current-context: gone").Id);
    }

    [Fact]
    public void Of_a_great_many_some_are_listed() => Assert.EndsWith(
        ", c118, c119 and 80 more.",
        Fails(Home(Many(null, "one", [.. Enumerable.Range(100, 100).Select(i => $"c{i}")]))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("cluster: lab", "cluster: lap", "names the cluster lap, which is not there; there are: lab.")]
    [InlineData("user: anna", "user: bob", "names the user bob, which is not there; there are: anna.")]
    [InlineData("cluster: lab", "cluster: ''", "names no cluster")]
    public void One_that_leads_nowhere_is_an_error(string right, string wrong, string message) =>
        Refuses(Yaml().Replace(right, wrong, StringComparison.Ordinal), message);

    [Fact]
    public void Nobody_is_allowed_but_warned_of()
    {
        ClusterConfiguration cluster = Load(Yaml().Replace("user: anna\n", "user: ''\n", StringComparison.Ordinal));

        Assert.Null(cluster.UserName ?? cluster.Token);
        Assert.Contains("has no credentials", Assert.Single(Activity.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void All_are_listed_whether_they_can_be_used_or_not()
    {
        MemorySources sources = new MemorySources().File("/a", Many("b", "one", "b"))
            .File("/b", """
                contexts:
                - {name: b, context: {cluster: x}}
                - {name: broken, context: {cluster: x, user: exec}}
                - {name: "", context: {cluster: "", user: ""}}
                - {name: bare}
                - {name: leaking, context: {cluster: leaking}}
                clusters: [{name: leaking, cluster: {server: "https://u:s3cr3t@x"}}]
                users: [{name: exec, user: {exec: {command: aws}}}]
                """)
            .Variable("KUBECONFIG", "/a:/b");

        IReadOnlyList<KubeconfigContext> contexts = new KubeconfigLoader(sources.Build()).ListContexts(null);

        Assert.Equal(
            [
                new("b", "b", "b", new Uri("https://one"), true),
                new("broken", "x", "exec", null, false),
                new("bare", "", null, null, false),
                new("leaking", "leaking", null, null, false),
            ],
            contexts);
    }

    [Theory]
    [InlineData("contexts: [", "KubeconfigInvalid")]
    [InlineData(null, "KubeconfigNotFound")]
    public void Listing_a_broken_file_is_an_error_too(string? text, string id)
    {
        var loader = new KubeconfigLoader((text is null ? new MemorySources() : Home(text)).Build());

        Assert.Equal(id, Assert.Throws<HotstackException>(() => loader.ListContexts(null)).Id);
    }

    private static (string, string?) Chosen(ClusterConfiguration cluster) => (cluster.Context, cluster.Token);
}
