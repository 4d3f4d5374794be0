using Hotstack.Configuration;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.OpenShift.Configuration;

/// <summary>Which files are read, and what becomes of several.</summary>
public sealed class KubeconfigSearchTests : KubeconfigFixture
{
    [Fact]
    public void The_one_in_the_home_directory()
    {
        ClusterConfiguration cluster = Load(Yaml(context: "namespace: openshift-etcd"));

        Assert.Equal(("admin", "lab", "anna"), (cluster.Context, cluster.ClusterName, cluster.UserName));
        Assert.Equal("https://api.lab.example:6443", cluster.Server.ToString().TrimEnd('/'));
        Assert.Equal(("openshift-etcd", "s3cr3t-Xy"), (cluster.Namespace, cluster.Token));
        Assert.Equal([HomeFile], cluster.Files);
        Assert.Empty(Activity.Warnings);
        Assert.Equal($"Using the context admin ({HomeFile}): https://api.lab.example:6443/ as anna.", Assert.Single(Activity.Everything));
    }

    [Theory]
    [InlineData("/x/one", "/x/one")]
    [InlineData("one", "/project/one")]
    [InlineData("~/one", "/home/anna/one")]
    public void A_named_one_is_the_only_one(string path, string file)
    {
        MemorySources sources = Home(Yaml()).File(file, Many("a", "one", "a")).File("/env", Many("b", "two", "b"))
            .Variable("KUBECONFIG", "/env");

        Assert.Equal([file], Load(sources, path).Files);
        Assert.DoesNotContain("/env", sources.Opened);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void The_variable_beats_the_home_directory(string? path) =>
        Assert.Equal(["/env"], Load(Home(Yaml()).File("/env", Many("b", "two", "b")).Variable("KUBECONFIG", "/env"), path).Files);

    [Fact]
    public void An_empty_variable_counts_for_nothing() => Assert.Equal([HomeFile], Load(Home(Yaml()).Variable("KUBECONFIG", "")).Files);

    [Theory]
    [InlineData("/a:/b", "/a /b")]
    [InlineData("/b:/a", "/b /a")]
    [InlineData("::/a::/b:", "/a /b")]
    [InlineData("/a:/gone:/b", "/a /b")]
    [InlineData("/a:/b:/a", "/a /b")]
    [InlineData("../a:/b", "/b")]
    public void Files_of_the_variable_are_merged_without_those_that_are_not_there(string variable, string files)
    {
        MemorySources sources = new MemorySources().File("/a", Many("x", "one", "x")).File("/b", Many("x", "two", "x"))
            .Variable("KUBECONFIG", variable);

        Assert.Equal(files.Split(' '), Load(sources).Files);
    }

    [Fact]
    public void The_first_file_with_an_entry_wins_it_whole_and_so_does_the_first_current_context()
    {
        MemorySources sources = new MemorySources()
            .File("/a", "users: [{name: anna, user: {username: anna}}]")
            .File("/b", Yaml("token: s3cr3t-Xy", "server: https://b", "namespace: b"))
            .File("/c", Yaml("password: s3cr3t", "server: https://c\ntls-server-name: c", "namespace: c")
                .Replace("current-context: admin", "current-context: other", StringComparison.Ordinal))
            .Variable("KUBECONFIG", "/a:/b:/c");

        ClusterConfiguration cluster = Load(sources);

        Assert.Equal(("admin", "b", "b"), (cluster.Context, cluster.Namespace, cluster.Server.Host));
        Assert.Equal(("anna", null, null), (cluster.BasicUser, cluster.BasicPassword, cluster.Token));
        Assert.Null(cluster.Tls.ServerName);
        Assert.Equal(["/a", "/b", "/c"], cluster.Files);
    }

    [Fact]
    public void Windows_has_its_own_paths()
    {
        MemorySources sources = new MemorySources(ConfigurationPlatform.Windows)
            .File(@"C:\a b\one", Yaml("tokenFile: t", "server: https://one"))
            .File(@"D:\two", Many("x", "two", "x"))
            .File(@"C:\a b\t", "s3cr3t-Xy")
            .Variable("kubeconfig", """
                "C:\a b\one";D:\two;d:\TWO
                """.Trim());

        ClusterConfiguration cluster = Load(sources);

        Assert.Equal([@"C:\a b\one", @"D:\two"], cluster.Files);
        Assert.Equal(@"C:\a b\t", cluster.TokenFile);
    }

    [Theory]
    [InlineData(@"C:\Users\anna\.kube\config")]
    [InlineData(@"H:\home\.kube\config")]
    [InlineData(@"E:\cygwin\.kube\config")]
    public void Windows_has_several_homes(string file)
    {
        MemorySources sources = new MemorySources(ConfigurationPlatform.Windows).File(file, Many("x", "one", "x"))
            .Variable("HOME", @"E:\cygwin").Variable("HOMEDRIVE", "H:").Variable("HOMEPATH", @"\home");

        Assert.Equal([file], Load(sources).Files);
    }

    [Theory]
    [InlineData("/gone", null, "The kubeconfig /gone does not exist.")]
    [InlineData(null, "/gone:/lost", "KUBECONFIG names /gone and /lost: there is no such file.")]
    [InlineData(null, "::", "KUBECONFIG names no file.")]
    [InlineData(null, null, "there is no /home/anna/.kube/config.")]
    public void Where_there_is_none_is_said_and_what_to_do(string? path, string? variable, string message)
    {
        HotstackException error = Fails(new MemorySources().Variable("KUBECONFIG", variable ?? ""), path);

        Assert.Equal(("KubeconfigNotFound", ErrorCause.ConfigurationInvalid), (error.Id, error.Cause));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.All(["-Kubeconfig", "KUBECONFIG", "controller"], word => Assert.Contains(word, error.Hint, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_home_directory_either()
    {
        var loader = new KubeconfigLoader(new MemorySources().Build() with { HomeDirectory = "" });

        Assert.Contains("no home directory", Assert.Throws<HotstackException>(() => loader.Load(null, null)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no", null)]
    [InlineData(null, "/a:/no")]
    public void One_that_cannot_be_read_is_an_error_since_it_could_be_the_one_that_counts(string? path, string? variable)
    {
        MemorySources sources = new MemorySources().File("/a", Yaml()).Unreadable("/no").Variable("KUBECONFIG", variable ?? "");
        HotstackException error = Fails(sources, path);

        Assert.Equal("KubeconfigInvalid", error.Id);
        Golden.Message(error);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, true, 0)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, true, 1)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true, 1)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, false, 0)]
    public void Others_should_not_be_able_to_read_one_with_secrets(UnixFileMode mode, bool withSecrets, int warnings)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no such modes.");
            return;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("hotstack-kubeconfig-");
        try
        {
            string path = Path.Combine(folder.FullName, "config");
            File.WriteAllText(path, Yaml(withSecrets ? "token: s3cr3t-Xy" : "tokenFile: token"));
            File.WriteAllText(Path.Combine(folder.FullName, "token"), "s3cr3t-Xy");
            File.SetUnixFileMode(Path.Combine(folder.FullName, "token"), UnixFileMode.UserRead);
            File.SetUnixFileMode(path, mode);

            ClusterConfiguration cluster = new KubeconfigLoader(ConfigurationSources.OfThisProcess()).Load(path, null, Activity);

            Assert.Equal([path], cluster.Files);
            Assert.Equal(warnings, Activity.Warnings.Count);
            Assert.All(Activity.Warnings, warning => Assert.Contains($"chmod 600 {path}", warning, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
