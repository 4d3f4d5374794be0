using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Files that kubectl 1.32 takes, tried with it.</summary>
public sealed class KubeconfigOdditiesTests : KubeconfigFixture
{
    [Theory]
    [InlineData("\n---\n")]
    [InlineData("\n---\nusers: [{name: anna, user: {token: other}}]\n")]
    [InlineData("\n...\n---\nfoo: bar\n---\n")]
    [InlineData("\n---\n- [not, a, kubeconfig]\n")]
    [InlineData("\n---\nfoo: [bar\n")]
    public void Of_several_documents_the_first_counts(string rest)
    {
        Assert.Equal("s3cr3t-Xy", Load(Yaml() + rest).Token);
        Assert.Equal("s3cr3t-Xy", Load("---\n" + Yaml() + rest).Token);
    }

    private const string Cluster = "clusters: [{name: c, cluster: {server: https://x}}]\n";

    [Theory]
    [InlineData(Cluster + "contexts: [{context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: t}}]")]
    [InlineData(Cluster + "contexts: [{name: a, context: {cluster: c}}, {name: '', context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: t}}]")]
    [InlineData("current-context: ''\nclusters: [{cluster: {server: https://x}}]\ncontexts: [{context: {user: u}}]\nusers: [{name: u, user: {token: t}}]")]
    [InlineData("clusters: [{cluster: {server: https://x}}]\ncontexts: [{context: {}}]\nusers: [{user: {token: t}}]")]
    public void Where_none_is_named_the_one_without_a_name_is_used(string text)
    {
        ClusterConfiguration cluster = Load(text);

        Assert.Equal(("", "t", "https://x/"), (cluster.Context, cluster.Token, cluster.Server.AbsoluteUri));
        Assert.DoesNotContain(Activity.Everything, line => line.Contains("context  (", StringComparison.Ordinal));
    }

    [Fact]
    public void One_without_a_name_is_used_only_where_none_is_named()
    {
        const string Text = Cluster
            + "current-context: a\ncontexts: [{context: {cluster: c, user: u}}, {name: a, context: {cluster: c, user: v}}]\n"
            + "users: [{name: u, user: {token: t}}, {name: v, user: {token: w}}]";

        Assert.Equal("w", Load(Text).Token);
        Assert.Equal(["a"], new KubeconfigLoader(Home(Text).Build()).ListContexts(null).Select(context => context.Name));
        Assert.Equal("ContextNotFound", Fails(Home(Text), context: "b").Id);
    }

    [Fact]
    public void Two_without_a_name_are_one_too_many() =>
        Assert.Contains("the context without a name is given twice", Fails(Home("contexts: [{context: {}}, {context: {}}]")).Message,
            StringComparison.Ordinal);

    /// <summary>Users that are not chosen, and what is said where they are.</summary>
    public static TheoryData<string, string> Broken => new()
    {
        { "name: other, user: {token: !vault s3cr3t}", "the value here is encrypted by ansible-vault (!vault)" },
        { "name: other, user: !vault s3cr3t", "the value here is encrypted by ansible-vault (!vault)" },
        { "name: other, user: text", "user has to be a mapping, not a single value" },
        { "name: other, user: {token: a, token: b}", "the key token is given twice" },
        { "name: other, user: {token: [a]}", "token has to be a single value, not a list" },
        { "name: other, user: {token: !x a}", "the YAML tag here (!) is not supported" },
        { "name: other, user: {client-key-data: a, client-certificate-data: !vault-encrypted s3cr3t}", "encrypted by ansible-vault" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_user_that_is_not_chosen_is_passed_over(string user, string message)
    {
        string text = Yaml() + $"\n- {{{user}}}\n";

        Assert.Equal("s3cr3t-Xy", Load(text).Token);
        Assert.Equal(["admin"], new KubeconfigLoader(Home(text).Build()).ListContexts(null).Select(context => context.Name));

        HotstackException error = Fails(Home(text.Replace("user: anna", "user: other", StringComparison.Ordinal)
            .Replace("s3cr3t-Xy", "t", StringComparison.Ordinal)));
        Assert.Equal("KubeconfigInvalid", error.Id);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("clusters: [{name: lab, cluster: https://x}]\ncontexts: [{name: a, context: {cluster: lab}}]", "line 1, column 33: cluster has to be a mapping, not a single value")]
    [InlineData("clusters: [{name: lab, cluster: {server: !vault s3cr3t}}]\ncontexts: [{name: a, context: {cluster: lab}}]", "encrypted by ansible-vault")]
    [InlineData("contexts: [{name: a, context: text}]", "context has to be a mapping, not a single value")]
    public void So_are_other_clusters_and_contexts(string text, string message)
    {
        Assert.Contains(message, Fails(Home(text), context: "a").Message, StringComparison.Ordinal);
        Assert.NotNull(new KubeconfigLoader(Home(text).Build()).ListContexts(null));
    }

    [Fact]
    public void Items_that_are_nothing_are_passed_over() =>
        Assert.Equal("s3cr3t-Xy", Load(Yaml() + "\n- null\n-\n- !vault s3cr3t\n").Token);

    [Fact]
    public void A_whole_file_that_is_encrypted_is_named_as_that()
    {
        HotstackException error = Fails(Home("$ANSIBLE_VAULT;1.1;AES256\n33633s3cr3t\n"));

        Golden.Message(error);
    }

    private const string Exec = "exec: {command: s3-login, apiVersion: client.authentication.k8s.io/v1beta1}";

    [Theory]
    [InlineData("token: s3cr3t-Xy\n" + Exec, 0)]
    [InlineData("tokenFile: /run/token\n" + Exec, 0)]
    [InlineData("username: u\npassword: s3cr3t\n" + Exec, 0)]
    public void Beside_a_token_or_a_password_no_command_is_needed(string user, int warnings)
    {
        ClusterConfiguration cluster = Load(Home(Yaml(user)).File("/run/token", "s3cr3t\n"));

        Assert.NotNull(cluster.Token ?? cluster.TokenFile ?? cluster.BasicUser);
        Assert.Equal(warnings, Activity.Warnings.Count);
    }

    [Fact]
    public void Nor_beside_a_certificate()
    {
        ClusterConfiguration cluster = Load(Yaml(Certified + "\n" + Exec));

        Assert.Equal((Identities.EcKey, null), (cluster.Tls.ClientKey, cluster.Exec));
        Assert.Contains(Activity.Steps,
            step => step.Contains("a command to log in (s3-login), which is not needed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("as: Jürgen")]
    [InlineData("as: 日本\nas-groups: [größe, \"a\\tb\"]")]
    [InlineData("as: a\nas-groups: [one, two, three]\nas-user-extra: {k: [ü, w]}")]
    public void One_may_act_as_anybody_that_a_field_can_carry(string lines) =>
        Assert.NotNull(Load(Yaml("token: s3cr3t-Xy\n" + lines)).ImpersonateUser);

    [Theory]
    [InlineData("as: \"a\\nb\"", "as")]
    [InlineData("as: \"a\\r\\nImpersonate-Group: system:masters\"", "as")]
    [InlineData("as: \"a\\x01b\"", "as")]
    [InlineData("as: \"a\\x7fb\"", "as")]
    [InlineData("as: a\nas-uid: \"\\0\"", "as-uid")]
    [InlineData("as: a\nas-groups: [b, \"c\\x1fd\"]", "as-groups")]
    [InlineData("as: a\nas-user-extra: {k: [v, \"w\\x1ex\"]}", "as-user-extra")]
    public void What_no_field_can_carry_is_refused_at_once(string lines, string key)
    {
        HotstackException error = Fails(Home(Yaml("token: s3cr3t-Xy\n" + lines)));

        Assert.Equal("KubeconfigInvalid", error.Id);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Golden.Message(error);
    }
}
