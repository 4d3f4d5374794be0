using Xunit;

namespace Hotstack.Help;

/// <summary>A page becomes text that fits a console.</summary>
public sealed class AboutTopicTests
{
    private const string Start = "# about_It\n\n## SHORT DESCRIPTION\n\nIt.\n\n## LONG DESCRIPTION\n\n";

    [Fact]
    public void Headings_prose_lists_code_and_tables_are_laid_out()
    {
        string text = Write(Start + """
            Long *words* make `code` of [it](https://example.org/), so that the line has to be broken somewhere.

            - an item that is so long that it does not fit the line and goes on below its first word

            ### Below

            ```powershell
            Get-It |
              Out-It
            ```

            | there | here |
            | --- | --- |
            | `a` | what takes the place of a, and needs more than a single line of the console for that |
            """);
        Assert.Equal("""
            TOPIC
                about_It

            SHORT DESCRIPTION
                It.

            LONG DESCRIPTION
                Long words make code of it (https://example.org/), so that the line has to
                be broken somewhere.

                - an item that is so long that it does not fit the line and goes on below
                  its first word

              Below

                  Get-It |
                    Out-It

                there  here
                -----  ---------------------------------------------------------------------
                a      what takes the place of a, and needs more than a single line of the
                       console for that

            """.ReplaceLineEndings("\n"), text);
    }

    [Theory]
    [InlineData("# about_That\n", 1, "The page begins with '# about_It'")]
    [InlineData("Text.\n", 1, "A page begins with its title")]
    [InlineData("", 1, "A page begins with its title")]
    [InlineData("# about_It\n\n## LONG DESCRIPTION\n\nIt.\n", 1, "The first sections are")]
    [InlineData("# about_It\n\n## SHORT DESCRIPTION\n\nIt.\n\nAnd more.\n\n## LONG DESCRIPTION\n\nIt.\n", 3, "one sentence")]
    [InlineData(Start + "```\nshort\n01234567890123456789012345678901234567890123456789012345678901234567890123456789\n```\n", 11, "80 characters, more than 74")]
    [InlineData(Start + "| a | b | c |\n| - | - | - |\n| 1 | 2 | 3 |\n", 9, "A table has two columns.")]
    [InlineData(Start + "> quoted\n", 9, "Only paragraphs and lists")]
    public void Another_page_is_refused(string page, int line, string reason)
    {
        var e = Assert.Throws<HelpSourceException>(() => Write(page));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal(line, e.Line);
    }

    [Fact]
    public void A_word_that_is_too_long_is_broken() => Assert.Equal(["ab", "abcde", "fgh i"], AboutTopic.WrapText("ab abcdefgh i", 5));

    private static string Write(string page) => AboutTopic.Write("docs/about_It.md", page);
}
