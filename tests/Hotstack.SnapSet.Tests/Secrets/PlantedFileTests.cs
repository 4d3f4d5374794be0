using Hotstack.Configuration;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.Tests.OpenStack.Configuration;
using Xunit;

namespace Hotstack.SecretsKept;

/// <summary>Files that somebody else put where configuration is looked for, to be sent our secrets.</summary>
public sealed class PlantedFileTests
{
    private const string Home = "/home/anna/.config/openstack";
    private const string Address = "clouds: {lab: {auth: {auth_url: 'https://evil.example', project_id: p, username: anna}}}";
    private const string Secret = "clouds: {lab: {auth: {password: s3cr3t-Xy}}}";
    private const string Whole = "clouds: {lab: {auth: {auth_url: 'https://k.example', project_id: p, username: anna, password: s3cr3t-Xy}}}";
    private const uint Us = 1000;
    private const uint Other = 1001;
    private const uint Users = 100;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;

    private readonly RecordingActivity _activity = new();
    private readonly Dictionary<string, UnixOwnership> _owners = [];

    /// <summary>Owner, group and additional mode of file and folder, and what the refusal says; null where there is none.</summary>
    public static TheoryData<uint, uint, UnixFileMode, uint, uint, UnixFileMode, string?> Places => new()
    {
        { Us, Us, 0, Us, Us, 0, null },
        { 0, 0, UnixFileMode.GroupRead | UnixFileMode.OtherRead, 0, 0, UnixFileMode.OtherExecute, null },
        { Us, Us, UnixFileMode.GroupWrite, Us, Us, UnixFileMode.GroupWrite, null }, // umask 002, and a group that is ours alone
        { Us, Us, 0, 0, 0, UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit, null }, // /tmp
        { 0, 0, UnixFileMode.GroupWrite, 0, 0, UnixFileMode.GroupWrite, null }, // root's group
        { Other, Other, 0, Us, Us, 0, "it belongs to another user (uid 1001)" },
        { Other, Other, 0, 0, 0, UnixFileMode.OtherWrite | UnixFileMode.StickyBit, "it belongs to another user (uid 1001)" },
        { Us, Us, UnixFileMode.OtherWrite, Us, Us, 0, "others than its owner can write it (mode 0602)" },
        { Us, Users, UnixFileMode.GroupWrite, Us, Us, 0, "others than its owner can write it (mode 0620)" },
        { Us, Us, 0, Other, Us, 0, "belongs to another user (uid 1001)" },
        { Us, Us, 0, Us, Us, UnixFileMode.OtherWrite, "others can write its folder" },
        { Us, Us, 0, Us, Users, UnixFileMode.GroupWrite, "others can write its folder" },
        { Us, Us, 0, Us, Other, UnixFileMode.GroupWrite | UnixFileMode.SetGroup, "(mode 2720)" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_file_that_others_could_have_written_is_refused_unless_it_was_named(
        uint owner, uint group, UnixFileMode mode, uint folderOwner, uint folderGroup, UnixFileMode folderMode, string? refusal)
    {
        foreach (string folder in (string[])["/project", Home])
        {
            foreach (string name in (string[])["clouds.yaml", "clouds.yml", "secure.yaml", "clouds-public.yaml"])
            {
                MemorySources files = new MemorySources().File($"{folder}/{name}", Whole);
                files = name.StartsWith("clouds.y", StringComparison.Ordinal)
                    ? files
                    : files.File("/etc/openstack/clouds.yaml", Whole.Replace("{lab: {", "{lab: {profile: x, ", StringComparison.Ordinal));
                _owners.Clear();
                _owners[$"{folder}/{name}"] = new(owner, group, Private | mode);
                _owners[folder] = new(folderOwner, folderGroup, PrivateFolder | folderMode);

                var failure = Record.Exception(() => Load(files)) as HotstackException;

                Assert.Equal(refusal is null ? null : "CloudConfigNotTrusted", failure?.Id);
                Assert.Contains(refusal ?? "", failure?.Message ?? "", StringComparison.Ordinal);
                Assert.Equal(refusal is null ? null : $"{folder}/{name}", failure?.Target);
                // A refused profile is of no concern to who only lists names.
                Assert.Equal(refusal is null || name == "clouds-public.yaml" ? ["lab"] : [], Loader(files).CloudNames());
            }
        }
    }

    [Fact]
    public void Named_by_the_variables_they_are_used_whosesoever_they_are()
    {
        _owners["/share/c.yaml"] = _owners["/share/s.yaml"] = new(Other, Other, Private);
        MemorySources files = new MemorySources().File("/share/c.yaml", Address).File("/share/s.yaml", Secret)
            .Variable("OS_CLIENT_CONFIG_FILE", "/share/c.yaml").Variable("OS_CLIENT_SECURE_FILE", "/share/s.yaml");

        Assert.Equal("s3cr3t-Xy", Load(files).Auth["password"]);
        Assert.Empty(_activity.Warnings);
    }

    /// <summary>A kubeconfig is used whosesoever it is, as by kubectl; but where it names a program, that is told.</summary>
    [Theory]
    [InlineData("token: s3cr3t-Xy", Other, 0, null)]
    [InlineData("exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}", Us, 0, null)]
    [InlineData("exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}", Other, 0, "it belongs to another user (uid 1001)")]
    [InlineData("exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}", Us, (int)UnixFileMode.OtherWrite, "others than its owner can write it (mode 0602)")]
    [InlineData("token: s3cr3t-Xy\nexec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}", Other, 0, null)]
    public void A_kubeconfig_that_others_could_have_written_may_not_silently_name_a_program(string user, uint owner, int mode,
        string? warning)
    {
        _owners[KubeconfigFixture.HomeFile] = new(owner, owner, Private | (UnixFileMode)mode);
        _owners["/home/anna/.kube"] = new(Us, Us, PrivateFolder);

        new KubeconfigLoader(Sources(KubeconfigFixture.Home(KubeconfigFixture.Yaml(user)))).Load(null, null, _activity);

        Assert.Equal(
            warning is null ? [] : [$"The user anna ({KubeconfigFixture.HomeFile}) logs in by a program that the file names, and {warning}: anyone who can write to it decides what runs as you."],
            _activity.Warnings);
    }

    [Fact]
    public void Root_by_sudo_uses_the_files_of_the_user_who_called_it()
    {
        _owners["/project/clouds.yaml"] = new(Us, Us, Private);
        ConfigurationSources sources = Sources(new MemorySources().File("/project/clouds.yaml", Whole));

        Assert.NotNull(new CloudConfigurationLoader(sources with { User = new(0, 0, Us) }).Load("lab", null));
        Assert.Throws<HotstackException>(() => new CloudConfigurationLoader(sources with { User = new(0, 0, null) }).Load("lab", null));
    }

    [Theory]
    [InlineData("/project/clouds.yaml", Home + "/secure.yaml", true)]
    [InlineData(Home + "/clouds.yaml", "/project/secure.yaml", true)]
    [InlineData("/etc/openstack/clouds.yaml", Home + "/secure.yaml", true)]
    [InlineData("/project/clouds.yaml", "/project/secure.yaml", false)]
    [InlineData(Home + "/clouds.yaml", Home + "/secure.yaml", false)]
    public void A_secret_of_one_folder_that_goes_to_an_address_of_another_is_warned_of_with_both_files(string main, string secure,
        bool isWarned)
    {
        Load(new MemorySources().File(main, Address).File(secure, Secret));

        Assert.Equal(isWarned ? 1 : 0, _activity.Warnings.Count);
        Assert.All(_activity.Warnings, warning =>
        {
            Assert.Contains($"The password of cloud 'lab' comes from {secure} and is sent to the auth_url of {main}", warning,
                StringComparison.Ordinal);
            Assert.DoesNotContain("s3cr3t", warning, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("endpoint_override", "clouds: {lab: {compute_endpoint_override: 'https://evil.example'}}", "secure.yaml")]
    [InlineData("auth_url", "public-clouds: {x: {auth: {auth_url: 'https://evil.example'}}}", "clouds-public.yaml")]
    public void So_is_an_address_that_comes_in_by_a_companion(string key, string text, string planted)
    {
        Load(new MemorySources()
            .File($"{Home}/clouds.yaml", "clouds: {lab: {profile: x, auth: {project_id: p, username: anna, password: s3cr3t-Xy, "
                + (planted == "secure.yaml" ? "auth_url: 'https://k.example'}}}" : "domain_id: d}}}"))
            .File($"/project/{planted}", text));

        string warning = Assert.Single(_activity.Warnings, w => w.Contains("file of another folder", StringComparison.Ordinal));
        Assert.Contains(key, warning, StringComparison.Ordinal);
        Assert.Contains($"/project/{planted}", warning, StringComparison.Ordinal);
        Assert.Contains($"{Home}/clouds.yaml", warning, StringComparison.Ordinal);
    }

    /// <summary>Where a cloud's values are, and whether completion may contact it.</summary>
    public static TheoryData<string, string, string, bool> Clouds => new()
    {
        { "/project/clouds.yaml", Home + "/secure.yaml", "", true },
        { Home + "/clouds.yaml", "/project/secure.yaml", "", true },
        { "/project/clouds.yml", "/project/secure.yml", "", true },
        { Home + "/clouds.yaml", Home + "/secure.yaml", "", false },
        { "/etc/openstack/clouds.yaml", Home + "/secure.yaml", "", false },
        { "/project/clouds.yaml", Home + "/secure.yaml", "/project/clouds.yaml", false },
        { "/project/clouds.yaml", Home + "/secure.yaml", "clouds.yaml", true },
        { "/project/clouds.yaml", "/project/secure.yaml", "clouds.yaml", true },
    };

    [Theory]
    [MemberData(nameof(Clouds))]
    public void Of_a_file_of_the_current_directory_a_cloud_is_known_as_such(string main, string secure, string variable, bool isOfDirectory)
    {
        MemorySources files = new MemorySources().File(main, Address).File(secure, Secret).Variable("OS_CLIENT_CONFIG_FILE", variable);

        Assert.Equal(isOfDirectory, Load(files).IsOfCurrentDirectory);
        Assert.Equal(["lab"], Loader(files).CloudNames());
    }

    [Fact]
    public void So_is_one_whose_profile_is_there_and_not_one_that_only_stands_beside_it()
    {
        MemorySources files = new MemorySources()
            .File($"{Home}/clouds.yaml", "clouds: {lab: {profile: x, auth: {project_id: p, username: anna, password: s3cr3t-Xy}}}")
            .File("/project/clouds-public.yaml", "public-clouds: {x: {auth: {auth_url: 'https://evil.example'}}}")
            .File("/project/secure.yaml", "clouds: {other: {auth: {password: x}}}");
        Assert.True(Load(files).IsOfCurrentDirectory);
        Assert.False(Load(files.File($"{Home}/clouds.yaml", Whole)).IsOfCurrentDirectory);
    }

    [Fact]
    public void In_a_folder_that_is_looked_into_anyhow_nothing_is_of_the_current_directory()
    {
        ConfigurationSources sources = Sources(new MemorySources().File($"{Home}/clouds.yaml", Whole)) with { CurrentDirectory = Home };

        Assert.False(new CloudConfigurationLoader(sources).Load("lab", null).IsOfCurrentDirectory);
    }

    [Fact]
    public void The_variables_make_no_cloud_of_the_current_directory() =>
        Assert.False(Load(
            new MemorySources().File("/project/clouds.yaml", Address).Variable("OS_AUTH_URL", "https://k.example")
                .Variable("OS_USERNAME", "anna")
                .Variable("OS_PASSWORD", "s3cr3t-Xy").Variable("OS_PROJECT_ID", "p"),
            "envvars").IsOfCurrentDirectory);

    [Theory]
    [InlineData("cacert: ca.pem")]
    [InlineData("verify: ./ca.pem")]
    public void A_relative_path_of_a_file_is_from_its_folder(string setting)
    {
        string yaml = Whole.Replace("{lab: {", $"{{lab: {{{setting}, ", StringComparison.Ordinal);

        Assert.Equal($"{Home}/{setting.Split(' ')[1]}", Load(new MemorySources().File($"{Home}/clouds.yaml", yaml)).Tls.CaCertificatePath);
        Assert.Equal("/project/ca.pem",
            Load(new MemorySources().File("/project/clouds.yaml", yaml)).Tls.CaCertificatePath!.Replace("./", "",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/home/anna/.kube/config", "", false)]
    [InlineData("/project/kubeconfig", "kubeconfig", true)]
    [InlineData("/project/kubeconfig", "/gone:./kubeconfig", true)]
    [InlineData("/project/kubeconfig", "/project/kubeconfig", false)]
    [InlineData("/home/anna/k", "~/k", false)]
    public void A_kubeconfig_by_a_relative_path_of_the_variable_is_of_the_current_directory(string file, string variable,
        bool isOfDirectory)
    {
        string path = variable.Contains("./", StringComparison.Ordinal) && !variable.StartsWith('~') ? "/project/./kubeconfig" : file;
        ConfigurationSources sources = new MemorySources().File(path, KubeconfigFixture.Yaml("token: s3cr3t-Xy"))
            .Variable("KUBECONFIG", variable).Build();

        Assert.Equal(isOfDirectory, new KubeconfigLoader(sources).Load(null, null).IsOfCurrentDirectory);
        Assert.False(new KubeconfigLoader(sources).Load(path, null).IsOfCurrentDirectory);
    }

    [Theory]
    [InlineData("/share/a", true)]
    [InlineData("/home/anna/.kube/a", false)]
    public void Credentials_of_one_folder_for_a_cluster_of_another_are_warned_of_with_both_files(string planted, bool isWarned)
    {
        string own = KubeconfigFixture.Yaml("token: s3cr3t-Xy");
        string cluster = own.Replace("token: s3cr3t-Xy", "token: null", StringComparison.Ordinal);
        cluster = cluster[..cluster.IndexOf("users:", StringComparison.Ordinal)];
        ConfigurationSources sources = new MemorySources().File(planted, cluster).File("/home/anna/.kube/config", own)
            .Variable("KUBECONFIG", $"{planted}:/home/anna/.kube/config").Build();

        new KubeconfigLoader(sources).Load(null, null, _activity);

        Assert.Equal(isWarned ? 1 : 0, _activity.Warnings.Count);
        Assert.All(_activity.Warnings, warning =>
        {
            Assert.Contains(planted, warning, StringComparison.Ordinal);
            Assert.Contains("/home/anna/.kube/config", warning, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Real_files_have_the_owners_and_modes_that_stat_tells()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Owners are looked at on Linux only.");
        string folder = Directory.CreateTempSubdirectory("hotstack-owners-").FullName;
        try
        {
            string file = Path.Combine(folder, "a b");
            File.WriteAllText(file, "");
            File.CreateSymbolicLink(Path.Combine(folder, "link"), file);
            foreach (string path in (string[])[folder, file, Path.Combine(folder, "link"), "/tmp", "/etc/passwd"])
            {
                UnixOwnership found = UnixOwnership.Of(path)!;
                Assert.Equal(Told("stat", "-L", "-c", "%u %g %a", path),
                    $"{found.User} {found.Group} {Convert.ToString((int)found.Mode, 8)}");
            }

            Assert.Null(UnixOwnership.Of(Path.Combine(folder, "none")));
            Assert.Equal(Told("id", "-u"), $"{UnixUser.OfThisProcess()!.Id}");
            Assert.Null(FileTrust.WhyNot(ConfigurationSources.OfThisProcess(), file));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, PrivateFolder | UnixFileMode.OtherWrite);
            }

            Assert.Equal($"others can write its folder {folder} (mode 0702)", FileTrust.WhyNot(ConfigurationSources.OfThisProcess(), file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Told(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private ConfigurationSources Sources(MemorySources files) =>
        files.Build() with { OwnershipOf = path => _owners.GetValueOrDefault(path), User = new(Us, Us, null) };

    private CloudConfigurationLoader Loader(MemorySources files) => new(Sources(files));

    private CloudConfiguration Load(MemorySources files, string cloud = "lab") => Loader(files).Load(cloud, null, _activity);
}
