using Hotstack.Configuration;
using Xunit;

namespace Hotstack.Templates;

/// <summary>What a template that somebody else wrote can have read of what is ours.</summary>
public sealed class TemplateRootTests : IDisposable
{
    private const uint Us = 1000;
    private const uint Other = 1001;
    private const string Parts = "home/anna/hotstack/01-infra.yml home/anna/hotstack/roles/heat_stack/ home/anna/hotstack/scenarios/";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = RealPath.Of(Directory.CreateTempSubdirectory("hotstack-root-").FullName);
    private readonly Dictionary<string, UnixOwnership> _owners = [];

    private string Home => Place("home/anna");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Where .git is, the template, the file that it names, and why that is not read.</summary>
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "home/anna/.git", "home/anna/dl/t.yaml", "../.ssh/id_rsa", "lies outside" },
        { "home/anna/.git", "home/anna/dl/t.yaml", "../letters/x", "it is or holds your home folder" },
        { "home/anna/.git", "home/anna/dl/deep/t.yaml", "../../letters/x", "lies outside" },
        { "home/.git", "home/anna/dl/t.yaml", "../.ssh/id_rsa", "it is or holds your home folder" },
        { ".git", "home/anna/dl/t.yaml", "../../../etc/x", "it is or holds your home folder" },
        { "", "home/anna/t.yaml", ".ssh/id_rsa", "is not directly in" },
        { "", "home/anna/t.yaml", "letters/x", "is not directly in" },
        { "home/anna/.git", "home/anna/t.yaml", "letters/x", "is not directly in" },
        { "", "home/anna/t.yaml", ".netrc", "begins with a dot" },
        { "", "home/t.yaml", "anna/.ssh/id_rsa", "is not directly in" },
        { "home/anna/w/.git", "home/anna/w/s/t.yaml", "../.ssh/id_rsa", "begins with a dot" },
        { "home/anna/w/.git", "home/anna/w/s/t.yaml", "../a/.kube/config", "begins with a dot" },
        { "home/anna/w/.git", "home/anna/w/s/t.yaml", "../.env", "begins with a dot" },
        { "home/anna/w/.git", "home/anna/w/t.yaml", ".config/x", "begins with a dot" },
        { "home/anna/w/.git", "home/anna/w/s/t.yaml", "../../.ssh/id_rsa", "lies outside" },
        { Parts, "home/anna/hotstack/scenarios/s/t.yaml", "../../../letters/x", "lies outside" },
        { Parts, "home/anna/hotstack/scenarios/s/t.yaml", "../../.config/x", "begins with a dot" },
        { "home/anna/hotstack/01-infra.yml home/anna/hotstack/scenarios/", "home/anna/hotstack/scenarios/s/t.yaml", "../x", "lies outside" },
        { "home/anna/01-infra.yml home/anna/roles/heat_stack/ home/anna/scenarios/", "home/anna/scenarios/s/t.yaml", "../x",
            "Hotstack checkout" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_file_is_not_read_through_the_home_folder_nor_through_folders_with_a_dot(string git, string template, string file,
        string reason)
    {
        Git(git);
        string path = Template(template, file);

        var failure = Assert.Throws<HotstackException>(() => Load(path));

        Assert.Equal(TemplateErrors.Outside, failure.Id);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
    }

    /// <summary>Where .git is, the template, the file that it names, and whether that lies outside the template's folder.</summary>
    public static TheoryData<string, string, string, bool> Read => new()
    {
        { "home/anna/hotstack/.git", "home/anna/hotstack/scenarios/snapshot-sno/t.yaml", "../sno-nxsw/poap.py", true },
        { "home/anna/hotstack/.git", "home/anna/hotstack/scenarios/snapshot-sno/t.yaml", "../../ci/x", true },
        { "home/anna/hotstack/.git", "home/anna/hotstack/scenarios/snapshot-sno/t.yaml", "sub/x", false },
        { Parts, "home/anna/hotstack/scenarios/snapshot-sno/t.yaml", "../sno-nxsw/poap.py", true },
        { Parts, "home/anna/hotstack/t.yaml", "ci/x", false },
        { "srv/hotstack/.git", "srv/hotstack/s/t.yaml", "../x", true },
        { "", "home/anna/dl/t.yaml", "sub/x", false },
        { "", "home/anna/dl/t.yaml", ".vimrc", false },
        { "", "home/anna/t.yaml", "user-data", false },
        { "home/anna/.git", "home/anna/dl/t.yaml", "x", false },
        { "home/anna/w/.git", "home/anna/w/.ci/a/t.yaml", "../lib/x", true },
        { "home/anna/.hotstack/.git", "home/anna/.hotstack/s/t.yaml", "../x", true },
    };

    [Theory]
    [MemberData(nameof(Read))]
    public void Files_of_a_checkout_are_read_and_those_outside_the_templates_folder_are_named(string git, string template, string file,
        bool isOutside)
    {
        Git(git);
        string path = Template(template, file);

        TemplateBundle bundle = Load(path);

        Assert.Equal("content", bundle.Files[file]);
        Assert.Equal(isOutside ? [Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file))] : [], bundle.OutsideFiles);
    }

    /// <summary>What is another user's, with which mode, and why the working tree is not taken.</summary>
    public static TheoryData<string, uint, UnixFileMode, string> Foreign => new()
    {
        { "w", Other, Private, "that folder belongs to another user (uid 1001)" },
        { "w/.git", Other, Private, "its .git belongs to another user (uid 1001)" },
        { "w", 0, Private | UnixFileMode.OtherWrite | UnixFileMode.StickyBit, "others can write that folder" },
        { "w", Us, Private | UnixFileMode.OtherWrite, "others can write that folder" },
    };

    [Fact]
    public void A_checkout_without_git_that_somebody_else_owns_is_not_taken()
    {
        Git(Parts);
        string path = Template("home/anna/hotstack/scenarios/s/t.yaml", "../x");
        _owners[Place("home/anna/hotstack")] = new(Other, Other, Private);

        var failure = Assert.Throws<HotstackException>(() => Load(path));

        Assert.Equal(TemplateErrors.Outside, failure.Id);
        Golden.Message(failure);
    }


    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_working_tree_that_somebody_else_may_have_put_around_the_template_is_not_taken(
        string foreign, uint owner, UnixFileMode mode, string reason)
    {
        Git("w/.git");
        string path = Template("w/s/t.yaml", "../x");
        _owners[Place(foreign)] = new(owner, owner, mode);

        var failure = Assert.Throws<HotstackException>(() => Load(path));

        Assert.Equal(TemplateErrors.Outside, failure.Id);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Golden.Message(failure);
        Assert.Equal("content", TemplateBundle.Load(path, Place("w"), Sources).Files["../x"]);
    }

    [Fact]
    public void Links_that_lead_home_are_judged_by_where_they_lead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links.");
        Git("home/anna/w/.git");
        Template("home/anna/w/.ssh/t.yaml", "x");
        Directory.CreateSymbolicLink(Place("home/anna/w/keys"), Place("home/anna/w/.ssh"));
        string path = Template("home/anna/w/s/t.yaml", "../keys/x");

        Assert.Contains("begins with a dot", Assert.Throws<HotstackException>(() => Load(path)).Message, StringComparison.Ordinal);

        // A home folder that is a link itself.
        Git("home/anna/.git");
        Directory.CreateSymbolicLink(Place("link"), Home);
        path = Template("home/anna/dl/t.yaml", "../letters/x");
        Assert.Throws<HotstackException>(() => TemplateBundle.Load(path, null, Sources with { HomeDirectory = Place("link") }));
    }

    [Fact]
    public void A_root_that_is_named_is_taken_but_nothing_is_read_through_folders_with_a_dot()
    {
        string path = Template("home/anna/dl/t.yaml", "../letters/x");
        Assert.Equal("content", TemplateBundle.Load(path, Home, Sources).Files["../letters/x"]);

        path = Template("home/anna/dl/t.yaml", "../.ssh/id_rsa");
        Assert.Contains(
            "begins with a dot", Assert.Throws<HotstackException>(() => TemplateBundle.Load(path, Home, Sources)).Message,
                StringComparison.Ordinal);
    }

    private ConfigurationSources Sources => ConfigurationSources.OfThisProcess() with
    {
        HomeDirectory = Home,
        User = new(Us, Us, null),
        OwnershipOf = path => _owners.GetValueOrDefault(path) ?? new(Us, Us, Private),
    };

    private TemplateBundle Load(string path) => TemplateBundle.Load(path, null, Sources);

    private string Place(string name) => Path.GetFullPath(Path.Combine(_folder, name));

    /// <summary>Makes folders, of which .git is one, and empty files.</summary>
    private void Git(string names)
    {
        foreach (string name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isFile = name.EndsWith(".yml", StringComparison.Ordinal);
            Directory.CreateDirectory(isFile ? Path.GetDirectoryName(Place(name))! : Place(name));
            if (isFile)
            {
                File.WriteAllText(Place(name), "");
            }
        }
    }

    /// <summary>A template that names a file, and that file.</summary>
    private string Template(string name, string file)
    {
        string path = Place(name);
        string named = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(Path.GetDirectoryName(named)!);
        File.WriteAllText(named, "content");
        File.WriteAllText(
            path,
            $"heat_template_version: 2018-08-31\nresources:\n  a: {{type: OS::Heat::SoftwareConfig, properties: {{config: {{get_file: {file}}}}}}}\n");
        return path;
    }
}
