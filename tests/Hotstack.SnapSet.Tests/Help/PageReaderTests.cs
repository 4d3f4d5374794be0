using Xunit;

namespace Hotstack.Help;

/// <summary>A page that does not fit the schema is refused, by file and line.</summary>
public sealed class PageReaderTests
{
    private const string Page = """
        ---
        external help file: Hotstack.SnapSet.dll-Help.xml
        Module Name: Hotstack.SnapSet
        online version:
        schema: 2.0.0
        ---

        # Get-Thing

        ## SYNOPSIS

        Gets a *thing*.

        ## SYNTAX

        ```
        Get-Thing [-Name] <String> [<CommonParameters>]
        ```

        ## DESCRIPTION

        Gets it, as [Set-Thing](Set-Thing.md) made it.
        See [the web](https://example.org/).

        - one `item`
        - another

        ## EXAMPLES

        ### Example 1: One

        ```powershell
        Get-Thing a
        ```

        ```Output
        a
        ```

        Shows it.

        ### Example 2: Two

        ```powershell
        Get-Thing a,
          b
        ```

        Both.

        ## PARAMETERS

        ### -Name

        Its name.

        ```yaml
        Type: String
        Parameter Sets: (All)
        Aliases:

        Required: True
        Position: 0
        Default value: None
        Accept pipeline input: False
        Accept wildcard characters: False
        ```

        ### CommonParameters

        The usual ones.

        ## INPUTS

        ### None

        Nothing.

        ## OUTPUTS

        ### System.String

        The thing.

        ## NOTES

        None.

        ## RELATED LINKS

        - [Set-Thing](Set-Thing.md)
        - [Things](../things.md)
        - [the web](https://example.org/)
        """;

    [Fact]
    public void A_page_that_fits_is_read_whole_and_without_markup()
    {
        CmdletHelp help = PageReader.Read("docs/Get-Thing.md", Page);
        Assert.Equal(("Get-Thing", "Gets a thing."), (help.Name, help.Synopsis));
        Assert.Equal(["Gets it, as Set-Thing made it. See the web (https://example.org/).", "- one item", "- another"], help.Description);
        Assert.Equal([("One", "Get-Thing a", "a"), ("Two", "Get-Thing a,\n  b", "")],
            help.Examples.Select(e => (e.Title, e.Code, e.Output)));
        Assert.Equal(["Its name."], Assert.Single(help.Parameters).Text);
        Assert.Equal(
            [new HelpLink("Set-Thing", null), new HelpLink("Things", "docs/things.md"), new HelpLink("the web", "https://example.org/")], help.Links);
    }

    [Fact]
    public void The_same_page_with_the_line_ends_of_Windows_is_read_alike() =>
        Assert.Equal("Get-Thing a,\n  b", PageReader.Read("Get-Thing.md", Page.ReplaceLineEndings("\r\n")).Examples[1].Code);

    [Theory]
    [InlineData("# Get-Thing", "# Get-Think", "# Get-Thin", "The title is 'Get-Think', but the file is of Get-Thing.")]
    [InlineData("schema: 2.0.0", "schema: 1.0.0", "---", "Between dashes at the top there has to be 'schema: 2.0.0'.")]
    [InlineData("## NOTES", "## REMARKS", "## REMARKS", "There is no section 'REMARKS'")]
    [InlineData("## NOTES\n\nNone.\n\n", "", "# Get-Thin", "The section '## NOTES' is missing.")]
    [InlineData("## OUTPUTS", "## INPUTS", "# Get-Thin", "The section '## OUTPUTS' is missing.")]
    [InlineData("## NOTES", "## NOTES\n\nMore.\n\n## NOTES", "# Get-Thin", "each comes once, in this order")]
    [InlineData("Gets a *thing*.", "", "## SYNOPSIS", "'SYNOPSIS' has no text.")]
    [InlineData("Gets a *thing*.", "Gets.\n\nMore.", "## SYNOPSIS", "The synopsis is one paragraph.")]
    [InlineData("Gets a *thing*.", "Gets <b>it</b>.", "Gets <b>", "cannot be shown on a console")]
    [InlineData("Gets a *thing*.", "![it](it.png)", "![it]", "cannot be shown on a console")]
    [InlineData("Gets it, as", "| a | b |\n| - | - |\n| c | d |\n\nGets it, as", "| a | b |", "Only paragraphs and lists can be here, not a Table.")]
    [InlineData("[-Name] <String>", "-Name <String>", "## SYNTAX", "SYNTAX does not agree with PARAMETERS.")]
    [InlineData("Position: 0", "Position: Named", "## SYNTAX", "SYNTAX does not agree with PARAMETERS.")]
    [InlineData("Example 2: Two", "Example 3: Two", "### Example 3: Two", "'### Example 2: what it is of'")]
    [InlineData("Example 2: Two", "Two", "### Two", "'### Example 2: what it is of'")]
    [InlineData("```powershell\nGet-Thing a\n```\n", "", "### Example 1", "An example begins with its code, in ```powershell.")]
    [InlineData("```Output", "```text", "```text", "What follows the code is either what it shows")]
    [InlineData("Shows it.", "", "### Example 1", "An example ends with a paragraph")]
    [InlineData("### Example 2: Two\n\n```powershell\nGet-Thing a,\n  b\n```\n\nBoth.", "", "## EXAMPLES", "There have to be 2 examples at least.")]
    [InlineData("Its name.", "", "### -Name", "-Name has no text")]
    [InlineData("### -Name", "### Name", "### Name", "The heading of a parameter is '### -Name', not '### Name'.")]
    [InlineData("### CommonParameters\n\nThe usual ones.\n", "", "### -Name", "The last parameter is '### CommonParameters'.")]
    [InlineData("Required: True", "Required: Yes", "```yaml", "'Required' is 'Yes', neither True nor False")]
    [InlineData("Required: True", "Mandatory: True", "```yaml", "there is no 'Mandatory'")]
    [InlineData("Required: True\n", "", "```yaml", "'Required' is missing")]
    [InlineData("Position: 0", "Position: first", "```yaml", "neither a number nor 'Named'")]
    [InlineData("Accept pipeline input: False", "Accept pipeline input: Maybe", "```yaml", "'Accept pipeline input' is 'Maybe'")]
    [InlineData("Default value: None", "Default value: [", "```yaml", "it is no YAML")]
    [InlineData("### None\n", "", "## INPUTS", "'INPUTS' has to begin with a heading")]
    [InlineData("- [Set-Thing](Set-Thing.md)", "- Set-Thing", "- Set-Thing", "A related link is '- [title](address)'")]
    [InlineData("- [Set-Thing](Set-Thing.md)", "- [Set-Thing](Get-Other.md)", "- [Set-Thing]", "'Set-Thing' leads to 'Get-Other.md', not to the page")]
    [InlineData("- [Set-Thing](Set-Thing.md)\n- [Things](../things.md)\n- [the web](https://example.org/)", "None.", "## RELATED LINKS", "'RELATED LINKS' is a list of links.")]
    public void Another_page_is_refused(string written, string instead, string lineOfError, string reason)
    {
        Assert.Contains(written, Page, StringComparison.Ordinal);
        int at = Page.IndexOf(written, StringComparison.Ordinal);
        string changed = Page[..at] + instead + Page[(at + written.Length)..];
        var e = Assert.Throws<HelpSourceException>(() => PageReader.Read("docs/Get-Thing.md", changed));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(lineOfError, changed.Split('\n')[e.Line - 1], StringComparison.Ordinal);
        Assert.StartsWith($"docs/Get-Thing.md({e.Line}): error HELP: ", e.ToString(), StringComparison.Ordinal);
    }
}
