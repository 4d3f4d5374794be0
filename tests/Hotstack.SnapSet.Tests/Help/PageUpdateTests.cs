using System.Management.Automation;
using Hotstack.Input;
using Xunit;

namespace Hotstack.Help;

/// <summary>The update writes what the cmdlet is, and leaves what people wrote.</summary>
public sealed class PageUpdateTests
{
    private const string Name = "Wait-Sample";

    [Fact]
    public void A_cmdlet_is_read_with_its_parameter_sets_types_and_defaults()
    {
        CmdletSurface cmdlet = CmdletSurface.Of(typeof(SampleCommand));
        Assert.Equal((Name, "ById"), (cmdlet.Name, cmdlet.DefaultSet));
        Assert.Equal([typeof(string)], cmdlet.Outputs);
        Assert.Equal(["For", "Id", "Mode", "Often", "Confirm", "WhatIf"], cmdlet.Parameters.Select(p => p.Name));
        Assert.Equal("Type: TimeSpan\nParameter Sets: (All)\nAliases: Duration, Time\n\nRequired: False\nPosition: Named\nDefault value: 1h30m0.5s\n"
            + "Accept pipeline input: False\nAccept wildcard characters: False", FactsOf(cmdlet, "For")[0].ToYaml());
        ParameterFacts[] id = [.. FactsOf(cmdlet, "Id")];
        Assert.Equal((true, 0, true, true), (id[0].IsRequired, id[0].Position, id[0].FromProperty, id[0].TakesWildcards));
        Assert.Equal((false, null, false), (id[1].IsRequired, id[1].Position, id[1].FromProperty));
        Assert.Equal("'*'", id[0].ToYaml().Split("Default value: ")[1].Split('\n')[0]);
        Assert.Equal(["Fast", "Slow"], FactsOf(cmdlet, "Mode")[0].AcceptedValues);
        Assert.Equal(("Int32", "None"), (FactsOf(cmdlet, "Often")[0].Type, FactsOf(cmdlet, "Often")[0].Default));
    }

    [Fact]
    public void Facts_are_read_as_they_are_written() => Assert.All(
        CmdletSurface.Of(typeof(SampleCommand)).Parameters.SelectMany(p => p.Facts),
        facts => Assert.Equal(facts.ToYaml(), ParameterFacts.FromYaml(facts.ToYaml()).ToYaml()));

    [Fact]
    public void A_new_page_has_each_parameter_and_is_refused_until_they_have_text()
    {
        string page = Update(PageUpdate.NewPage(Name));
        Assert.Contains("### ById (Default)\n\n```\nWait-Sample [-Id] <String[]> [-For <TimeSpan>] [-Mode <String>] [-Confirm] [-WhatIf]\n [<CommonParameters>]\n```",
            page, StringComparison.Ordinal);
        Assert.Contains("### -Often\n\n```yaml\n", page, StringComparison.Ordinal);
        Assert.Contains("-For has no text", Assert.Throws<HelpSourceException>(() => PageReader.Read(Name + ".md", page)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_of_what_is_up_to_date_changes_nothing()
    {
        string page = Update(PageUpdate.NewPage(Name));
        Assert.Equal(page, Update(page));
    }

    [Fact]
    public void Prose_stays_a_parameter_that_is_gone_goes_and_a_new_one_comes()
    {
        string page = Update(PageUpdate.NewPage(Name))
            .Replace("### -Id\n", "### -Id\n\nThe *ids*.\n\n- one\n\n- two\n", StringComparison.Ordinal)
            .Replace("## DESCRIPTION\n", "## DESCRIPTION\n\nWaits.\n\n    ## not a heading\n", StringComparison.Ordinal)
            .Replace("### -For\n", "### -Gone\n\nNo more.\n", StringComparison.Ordinal)
            .Replace("Default value: 1h30m0.5s", "Default value: 2d", StringComparison.Ordinal);
        string updated = Update(page);
        Assert.Contains("### -Id\n\nThe *ids*.\n\n- one\n\n- two\n\n```yaml\n", updated, StringComparison.Ordinal);
        Assert.Contains("Waits.\n\n    ## not a heading\n", updated, StringComparison.Ordinal);
        Assert.DoesNotContain("Gone", updated, StringComparison.Ordinal);
        Assert.Contains("### -For\n\n```yaml\n", updated, StringComparison.Ordinal);
        Assert.Contains("Default value: 1h30m0.5s", updated, StringComparison.Ordinal);
    }

    [Fact]
    public void The_values_of_a_parameter_are_listed_with_what_they_do()
    {
        const string List = "- `Fast`: at once\n- `Slow`: later, and with a lot of words, so that the line of the page is longer than it is wide\n  there\n";
        string page = Update(PageUpdate.NewPage(Name));
        Assert.Contains("### -Mode\n\n" + List + "\n```yaml\n", page, StringComparison.Ordinal);
        string written = page.Replace("### -Mode\n", "### -Mode\n\nHow it works.\n", StringComparison.Ordinal)
            .Replace("at once", "in a while", StringComparison.Ordinal);
        Assert.Contains("### -Mode\n\nHow it works.\n\n" + List + "\n```yaml\n", Update(written), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_the_section_is_refused() =>
        Assert.Contains("'## SYNTAX' is missing", Assert.Throws<HelpSourceException>(() => Update($"# {Name}\n\n## PARAMETERS\n")).Message,
            StringComparison.Ordinal);

    private static string Update(string page) => PageUpdate.Apply(Name + ".md", page, CmdletSurface.Of(typeof(SampleCommand)));

    private static IReadOnlyList<ParameterFacts> FactsOf(CmdletSurface cmdlet, string name) =>
        cmdlet.Parameters.Single(p => p.Name == name).Facts;

    [Cmdlet(VerbsLifecycle.Wait, "Sample", DefaultParameterSetName = "ById", SupportsShouldProcess = true), OutputType(typeof(string))]
    private sealed class SampleCommand : PSCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "ById")]
        [Parameter(ParameterSetName = "Other"), SupportsWildcards]
        public string[] Id { get; set; } = ["*"];

        [Parameter(Mandatory = true, ParameterSetName = "Other")]
        public int? Often { get; set; }

        [Parameter, Alias("Duration", "Time")]
        public TimeSpan For { get; set; } = new(0, 1, 30, 0, 500);

        [Parameter, FixedValues("Fast: at once", "Slow: later, and with a lot of words, so that the line of the page is longer than it is wide there")]
        public string Mode { get; set; } = "Fast";
    }
}
