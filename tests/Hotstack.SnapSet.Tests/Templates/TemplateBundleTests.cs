using System.Text;
using Xunit;

namespace Hotstack.Templates;

public sealed class TemplateBundleTests : IDisposable
{
    private const string Head = "heat_template_version: rocky\nresources:\n  r:\n    type: OS::Heat::Value\n    properties:\n      value:\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-templates-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_text_stays_and_files_have_the_names_that_it_uses()
    {
        Write("lab/.git/HEAD", "ref");
        Write("lab/other/poap.py", "print('é')\n");
        string text = "# a comment\n---\n" + Head
            + "        - {get_file: ../other/poap.py}\n        - {get_file: raw.bin}\n        - {get_file: ./raw.bin}\n";
        string path = Write("lab/sno/heat.yaml", text);
        byte[] bytes = [.. Enumerable.Range(0, 200).Select(i => (byte)(i + 56))];
        File.WriteAllBytes(Place("lab/sno/raw.bin"), bytes);

        TemplateBundle bundle = TemplateBundle.Load(path);

        Assert.Equal((path, text), (bundle.Path, bundle.Text));
        Assert.Equal(["../other/poap.py", "./raw.bin", "raw.bin"], bundle.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("print('é')\n", bundle.Files["../other/poap.py"]);
        string[] lines = bundle.Files["raw.bin"].Split('\n');
        Assert.Equal((76, 76, 76, ""), (lines[0].Length, lines[1].Length, lines[2].Length, lines[^1]));
        Assert.Equal(bytes, Convert.FromBase64String(bundle.Files["raw.bin"]));
    }

    [Fact]
    public void Files_of_a_nested_template_are_relative_to_it()
    {
        string path = Write("heat.yaml", Head + "        - {get_file: x.sh}\n  n: {type: inner/nested.yaml}\n");
        Write("x.sh", "outer");
        string nested = Write("inner/nested.yaml", Head
            + "        - {get_file: x.sh}\n        - {get_file: y.sh}\n        - '0644'\n  d: {type: deep.template}\n");
        string inner = Write("inner/x.sh", "inner");
        Write("inner/y.sh", "y");
        Write("inner/deep.template", Head + "        - {get_file: x.sh}\n");

        IReadOnlyDictionary<string, string> files = TemplateBundle.Load(path).Files;

        string url = new Uri(inner).AbsoluteUri;
        Assert.Equal(["x.sh", "inner/nested.yaml", url, "y.sh", "deep.template"], files.Keys);
        Assert.Equal(("outer", "inner", "y"), (files["x.sh"], files[url], files["y.sh"]));
        Assert.Contains($"get_file: \"{url}\"", files["inner/nested.yaml"], StringComparison.Ordinal);
        Assert.Contains("get_file: y.sh", files["inner/nested.yaml"], StringComparison.Ordinal);
        Assert.Contains("- '0644'", files["inner/nested.yaml"], StringComparison.Ordinal);
        Assert.Contains(url, files["deep.template"], StringComparison.Ordinal);
        Assert.DoesNotContain(url, File.ReadAllText(nested), StringComparison.Ordinal);
    }

    [Fact]
    public void A_nested_template_without_a_clash_stays_as_written()
    {
        string nested = "# mine\n" + Head + "        - {get_file: y.sh}\n";
        string path = Write("heat.yaml", Head + "        - 1\n  n: {type: inner/nested.yaml}\n  m: {type: inner/nested.yaml}\n");
        Write("inner/nested.yaml", nested);
        Write("inner/y.sh", "y");

        IReadOnlyDictionary<string, string> files = TemplateBundle.Load(path).Files;

        Assert.Equal(nested, files["inner/nested.yaml"]);
        Assert.Equal("y", files["y.sh"]);
    }

    [Fact]
    public void A_template_that_is_taken_as_a_file_brings_its_files()
    {
        string path = Write("heat.yaml", Head + "        - {get_file: sub/stack.yaml}\n        - {get_file: sub/broken.yaml}\n");
        Write("sub/stack.yaml", Head + "        - {get_file: z.sh}\n");
        Write("sub/broken.yaml", "heat_template_version: [");
        Write("sub/z.sh", "z");

        IReadOnlyDictionary<string, string> files = TemplateBundle.Load(path).Files;

        Assert.Equal("z", files["z.sh"]);
        Assert.Equal("heat_template_version: [", files["sub/broken.yaml"]);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "{get_file: http://example.org/x}", TemplateErrors.Template, "line 7, column 22: http://example.org/x is an address" },
        { "{get_file: 'swift+x://y'}", TemplateErrors.Template, "is an address" },
        { "{get_file: 'file://host/x'}", TemplateErrors.Template, "is an address" },
        { "{get_file: {get_param: x}}", TemplateErrors.Template, "line 7, column 22: get_file needs the name of a file, written out" },
        { "{get_file: [a]}", TemplateErrors.Template, "get_file needs the name" },
        { "{get_file: 12}", TemplateErrors.Template, "get_file needs the name" },
        { "{get_file: ''}", TemplateErrors.Template, "empty or holds a NUL" },
        { "{get_file: \"a\\0b\"}", TemplateErrors.Template, "empty or holds a NUL" },
        { "{get_file: absent}", TemplateErrors.Unreadable, "line 7, column 22: there is no file " },
        { "{get_file: tftp.tar.gz.b64}", TemplateErrors.Unreadable, "there is no file " },
        { "{get_file: folder}", TemplateErrors.Unreadable, "is a folder" },
        { "{get_file: ../secret}", TemplateErrors.Outside, "secret lies outside" },
        { "{get_file: folder/../../secret}", TemplateErrors.Outside, "secret lies outside" },
        { "{get_file: /etc/hostname}", TemplateErrors.Outside, "/etc/hostname lies outside" },
        { "{get_file: 'file:///etc/hostname'}", TemplateErrors.Outside, "/etc/hostname lies outside" },
        { "{get_file: link-out}", TemplateErrors.Outside, "secret, lies outside" },
        { "{get_file: link-dir/secret}", TemplateErrors.Outside, "secret, lies outside" },
        { "{get_file: link-up/secret}", TemplateErrors.Outside, "lies outside" },
        { "{get_file: circle}", TemplateErrors.Unreadable, "cannot be read" },
        { "{get_file: large}", TemplateErrors.TooLarge, "is larger than 4096 KiB" },
        { "{type: absent.yaml}", TemplateErrors.Unreadable, "there is no file " },
        { "{type: plain.yaml}", TemplateErrors.Template, "plain.yaml: it is not a Heat template" },
        { "{type: broken.yaml}", TemplateErrors.Template, "broken.yaml, line " },
        { "{type: heat.yaml}", TemplateErrors.Template, "heat.yaml nests itself" },
        { "{type: circle-a.yaml}", TemplateErrors.Template, "circle-a.yaml nests itself" },
        { "{type: 'https://example.org/x.yaml'}", TemplateErrors.Template, "is an address" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_taken_is_named_with_its_place(string value, string id, string message)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links and /etc.");
        Write("secret", "s3cr3t");
        string path = Write("own/heat.yaml", $"{Head}        - {value}\n");
        Directory.CreateDirectory(Place("own/folder"));
        Write("own/plain.yaml", "a: b");
        Write("own/broken.yaml", "heat_template_version: [");
        Write("own/circle-a.yaml", Head + "        - {type: circle-b.yaml}\n");
        Write("own/circle-b.yaml", Head + "        - {type: circle-a.yaml}\n");
        Write("own/large", new string('x', (4 * 1024 * 1024) + 1));
        File.CreateSymbolicLink(Place("own/link-out"), Place("secret"));
        Directory.CreateSymbolicLink(Place("own/link-dir"), _folder);
        Directory.CreateSymbolicLink(Place("own/link-up"), "folder/../..");
        File.CreateSymbolicLink(Place("own/circle"), "circle");

        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(path));

        Assert.Equal((ErrorCause.InputInvalid, id), (error.Cause, error.Id));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it holds no mapping")]
    [InlineData("- a", "it holds no mapping")]
    [InlineData("resources: {}", "it has no heat_template_version")]
    [InlineData("AWSTemplateFormatVersion: x", "it has no heat_template_version")]
    [InlineData("heat_template_version: rocky", "the template has no resources")]
    [InlineData("heat_template_version: rocky\nresources: {}", "the template has no resources")]
    [InlineData("heat_template_version: rocky\nresources: [a]", "line 2, column 12: resources has to be a mapping, not a list")]
    [InlineData("heat_template_version: rocky\nresources:\n  a: b", "line 3, column 6: the resource a has to be a mapping with a type")]
    [InlineData("heat_template_version: rocky\nresources:\n  a: {type: x, properties: [y]}", "the properties of a have to be a mapping")]
    [InlineData("heat_template_version: rocky\nparameters: {p: x}\nresources: {a: {type: b}}", "the parameter p has to be a mapping")]
    [InlineData("heat_template_version: rocky\n  bad: [", "line 2, column ")]
    [InlineData("heat_template_version: rocky\nheat_template_version: rocky", "is given twice")]
    public void What_is_no_template_is_refused(string yaml, string message)
    {
        string path = Write("heat.yaml", yaml);

        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(path));

        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Template), (error.Cause, error.Id));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_larger_than_Heat_takes_is_refused()
    {
        string path = Write("heat.yaml", Head + "        - " + new string('x', 512 * 1024));

        Assert.Equal(TemplateErrors.TooLarge, Assert.Throws<HotstackException>(() => TemplateBundle.Load(path)).Id);
    }

    [Fact]
    public void A_template_that_is_no_text_is_refused()
    {
        string path = Place("heat.yaml");
        File.WriteAllBytes(path, [0xff, 0xfe, 0x00]);

        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(path));
        Assert.Equal((ErrorCause.InputInvalid, TemplateErrors.Template), (error.Cause, error.Id));
    }

    [Theory]
    [InlineData("absent.yaml", "there is no file")]
    [InlineData("absent/heat.yaml", "there is no")]
    [InlineData("", "is a folder")]
    [InlineData("a\0b", "NUL")]
    public void A_template_that_is_not_there_is_named(string name, string message)
    {
        var error = Assert.Throws<HotstackException>(
            () => TemplateBundle.Load(name.Length == 0 ? _folder : _folder + "/" + name, _folder.Length > 0
            ? Path.GetDirectoryName(_folder) : null));

        Assert.Equal(ErrorCause.InputInvalid, error.Cause);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_root_can_be_given()
    {
        Write("shared/x", "shared");
        string path = Write("own/heat.yaml", Head + "        - {get_file: ../shared/x}\n");

        Assert.Equal("shared", TemplateBundle.Load(path, _folder).Files["../shared/x"]);
        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(path, Place("shared")));
        Assert.Equal(TemplateErrors.Outside, error.Id);
        Golden.Message(error);
        Assert.Equal(TemplateErrors.Unreadable, Assert.Throws<HotstackException>(() => TemplateBundle.Load(path, Place("nowhere"))).Id);
    }

    [Fact]
    public void A_neighbour_whose_name_begins_like_the_root_is_outside()
    {
        Write("own-too/x", "x");
        string path = Write("own/heat.yaml", Head + "        - {get_file: ../own-too/x}\n");

        Assert.Equal(TemplateErrors.Outside, Assert.Throws<HotstackException>(() => TemplateBundle.Load(path)).Id);
    }

    [Fact]
    public void What_belongs_to_git_is_not_read()
    {
        Write(".git/config", "token");
        string path = Write("own/heat.yaml", Head + "        - {get_file: ../.git/config}\n");

        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(path));
        Assert.Equal(TemplateErrors.Outside, error.Id);
        Golden.Message(error);
    }

    [Fact]
    public void Links_within_the_root_are_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links.");
        Write("real/heat.yaml", Head + "        - {get_file: x}\n");
        Write("real/x", "x");
        Directory.CreateSymbolicLink(Place("link"), "./real/../real");

        Assert.Equal("x", TemplateBundle.Load(Place("link/heat.yaml")).Files["x"]);
    }

    [Fact]
    public void Too_many_bytes_in_all_are_refused()
    {
        string names = string.Concat(Enumerable.Range(0, 5).Select(i => $"        - {{get_file: f{i}}}\n"));
        for (int i = 0; i < 5; i++)
        {
            Write($"f{i}", new string('x', 4 * 1024 * 1024));
        }

        var error = Assert.Throws<HotstackException>(() => TemplateBundle.Load(Write("heat.yaml", Head + names)));
        Assert.Equal(TemplateErrors.TooLarge, error.Id);
        Golden.Message(error);
    }

    private string Place(string name) => Path.GetFullPath(Path.Combine(_folder, name));

    private string Write(string name, string text)
    {
        string path = Place(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }
}
