using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hotstack.Surface;
using Xunit;

namespace Hotstack.Help;

/// <summary>What the module brings is what the pages say.</summary>
public sealed partial class PublishedHelpTests
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly XDocument Help = XDocument.Load(Path.Combine(PublishedModule.Help, HelpFolder.MamlFile));

    [Fact]
    public void The_module_has_the_help_of_these_pages_and_nothing_else()
    {
        string folder = Directory.CreateTempSubdirectory("hotstack-help-").FullName;
        try
        {
            HelpFolder.Build(HelpSources.Folder, folder);
            string[] made = [.. Directory.EnumerateFiles(folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
            Assert.Equal([HelpFolder.MamlFile, "about_Hotstack_SnapSet.help.txt"], made);
            Assert.Equal(made, Directory.EnumerateFileSystemEntries(PublishedModule.Help).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
            Assert.All(made, file => Assert.Equal(
                File.ReadAllText(Path.Combine(folder, file)), File.ReadAllText(Path.Combine(PublishedModule.Help, file))));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void It_is_a_file_of_MAML_with_a_command_for_each_cmdlet()
    {
        Assert.Equal(XName.Get("helpItems", "http://msh"), Help.Root!.Name);
        Assert.Equal("maml", Help.Root.Attribute("schema")?.Value);
        Assert.Equal(HelpSources.Cmdlets.Select(c => c.Name), Help.Root.Elements().Select(NameOf));
        Assert.All(Help.Root.Elements(), command => Assert.Equal(
            ["details", "description", "syntax", "parameters", "inputTypes", "returnValues", "alertSet", "examples", "relatedLinks"],
            command.Elements().Select(e => e.Name.LocalName)));
    }

    [Fact]
    public void It_has_everything_from_the_pages() => Assert.All(HelpSources.Pages, page =>
    {
        XElement command = Help.Root!.Elements().Single(c => NameOf(c) == page.Name);
        Assert.Equal([page.Synopsis], Texts(command.Element(Command + "details")));
        Assert.Equal(page.Description, Texts(command));
        Assert.Equal(page.Notes, command.Element(Maml + "alertSet")!.Descendants(Maml + "para").Select(p => p.Value));
        XElement[] parameters = [.. command.Element(Command + "parameters")!.Elements()];
        Assert.Equal(page.Parameters.Select(p => p.Name), parameters.Select(p => p.Element(Maml + "name")!.Value));
        Assert.Equal(page.Parameters.Select(p => p.Text), parameters.Select(Texts));
        XElement[] examples = [.. command.Element(Command + "examples")!.Elements()];
        Assert.Equal(
            page.Examples.Select(e => e.Output.Length > 0 ? $"{e.Code}\n\n{e.Output}" : e.Code),
                examples.Select(e => e.Element(Dev + "code")!.Value));
        Assert.Equal(page.Examples.Select(e => e.Remarks),
            examples.Select(e => e.Element(Dev + "remarks")!.Elements().SkipLast(1).Select(p => p.Value)));
        Assert.Equal(page.Links.Select(l => (l.Address is null ? l.Text : $"{l.Text}: {l.Address}", "")),
            command.Descendants(Maml + "navigationLink")
            .Select(l => (l.Element(Maml + "linkText")!.Value, l.Element(Maml + "uri")!.Value)));
    });

    [Fact]
    public void It_has_the_parameters_of_each_parameter_set() => Assert.All(HelpSources.Pages, page =>
    {
        XElement[] items = [.. Help.Root!.Elements().Single(c => NameOf(c) == page.Name).Element(Command + "syntax")!.Elements()];
        Assert.Equal(page.Syntax.Count, items.Length);
        Assert.All(page.Syntax.Zip(items), pair =>
        {
            string[] told = [.. pair.Second.Elements(Command + "parameter").Select(p => p.Element(Maml + "name")!.Value)];
            Assert.Equal(page.Parameters.Where(p => p.Facts.Any(f => f.IsIn(pair.First.Name))).Select(p => p.Name).Order(), told.Order());
            Assert.All(told, name => Assert.Matches($@"-{name}\b", pair.First.Text));
        });
    });

    [Fact]
    public void The_module_has_each_document_that_its_help_and_its_README_name()
    {
        string[] texts =
        [
            .. Help.Descendants(Maml + "linkText").Select(link => link.Value), File.ReadAllText(Path.Combine(PublishedModule.Folder, "README.md")),
        ];
        string[] named = [.. texts.SelectMany(text => Document().Matches(text)).Select(match => match.Value).Distinct()];
        Assert.Equal(PublishedModule.Files.Where(file => file.StartsWith("docs/", StringComparison.Ordinal)), named.Order(StringComparer.Ordinal));
        string about = File.ReadAllText(Path.Combine(PublishedModule.Help, "about_Hotstack_SnapSet.help.txt"));
        Assert.All(named, file => Assert.Contains(Path.GetFileName(file), about, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_documents_lead_to_each_other_and_to_the_web_only()
    {
        string folder = Path.Combine(PublishedModule.Folder, "docs");
        Assert.All(Directory.EnumerateFiles(folder), file =>
        {
            Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "docs", Path.GetFileName(file))), File.ReadAllText(file));
            Assert.All(Target().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value), target => Assert.True(
                target.StartsWith("https://", StringComparison.Ordinal) || target.StartsWith('#')
                || File.Exists(Path.Combine(folder, target.Split('#')[0])), $"{file}: {target}"));
        });
    }

    [GeneratedRegex(@"(?<![\w/])docs/[\w-]+\.md")]
    private static partial Regex Document();

    [GeneratedRegex(@"\]\(([^)\s]*)\)")]
    private static partial Regex Target();

    [Fact]
    public void The_about_topic_fits_a_console_and_begins_as_PowerShell_expects()
    {
        string[] lines = File.ReadAllLines(Path.Combine(PublishedModule.Help, "about_Hotstack_SnapSet.help.txt"));
        Assert.Equal(["TOPIC", "    about_Hotstack_SnapSet", "", "SHORT DESCRIPTION"], lines[..4]);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, AboutTopic.Width));
        Assert.All(lines, line => Assert.DoesNotContain("`, ", line, StringComparison.Ordinal));
    }

    private static string NameOf(XElement command) => command.Element(Command + "details")!.Element(Command + "name")!.Value;

    private static IEnumerable<string> Texts(XElement? element) => element!.Element(Maml + "description")!.Elements(Maml + "para")
        .Select(p => p.Value);
}
