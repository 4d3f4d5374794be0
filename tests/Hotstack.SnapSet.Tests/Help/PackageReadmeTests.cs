using Xunit;

namespace Hotstack.Help;

public sealed class PackageReadmeTests
{
    private const string Whole = """
        # Name

        It does this ([glossary](docs/glossary.md), [upstream](https://example.org/a)).

        ![A picture
        of it](docs/a.png)

        ## Build

        Not this.

        ## Your cloud and your cluster

        - See [docs/cluster.md](docs/cluster.md#a), [`LICENSE`](LICENSE) and [below](#cmdlets).

        ## Cmdlets

        | a | b |
        | --- | --- |
        | `X` | [c](d.md) and [e](f.md) |

        ```powershell
        [string](1)
        ```

        ## When something goes wrong

        Look.

        ## More

        [A](a.md)

        Free.
        """;

    [Fact]
    public void It_is_the_introduction_some_sections_and_the_license_without_links_to_files() => Assert.Equal(
        """
        # Name

        It does this (glossary (docs/glossary.md), [upstream](https://example.org/a)).

        ## Your cloud and your cluster

        - See docs/cluster.md, `LICENSE` and below.

        ## Cmdlets

        | a | b |
        | --- | --- |
        | `X` | c (d.md) and e (f.md) |

        ```powershell
        [string](1)
        ```

        ## When something goes wrong

        Look.

        Free.

        """.ReplaceLineEndings("\n"), PackageReadme.Write("README.md", Whole));

    [Fact]
    public void A_section_that_is_gone_is_an_error() => Assert.Contains("'## Cmdlets' is missing", Assert.Throws<HelpSourceException>(
        () => PackageReadme.Write("README.md", Whole.Replace("## Cmdlets", "## Commands", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
}
