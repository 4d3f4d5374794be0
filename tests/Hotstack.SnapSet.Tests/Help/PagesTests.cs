using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using Hotstack.Input;
using Hotstack.Surface;
using Xunit;
using static Hotstack.Surface.CmdletTypes;

namespace Hotstack.Help;

/// <summary>What the pages say is true of the cmdlets.</summary>
public sealed partial class PagesTests
{
    public static TheoryData<string> Names => [.. CmdletTypes.Cmdlets.Select(NameOf)];

    [Fact]
    public void Every_cmdlet_has_a_page_and_no_page_is_left_over() =>
        Assert.Equal(CmdletTypes.Cmdlets.Select(NameOf), HelpSources.Pages.Select(p => p.Name));

    /// <summary>If this fails, run: dotnet run --project src/Hotstack.SnapSet.Help -- update</summary>
    [Theory, MemberData(nameof(Names))]
    public void Its_page_is_as_the_update_leaves_it(string name)
    {
        string text = HelpSources.TextOf(name);
        Assert.Equal(text, PageUpdate.Apply(name, text, HelpSources.Cmdlets.Single(c => c.Name == name)));
    }

    /// <summary>Read another way than by the update.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Its_page_describes_its_parameters(string name)
    {
        Type cmdlet = TypeOf(name);
        CmdletHelp page = HelpSources.Page(name);
        bool asks = Named(Cmdlet(cmdlet)!, nameof(CmdletAttribute.SupportsShouldProcess)) is true;
        string[] real = [.. ParametersOf(cmdlet).Select(p => p.Name), .. asks ? ["Confirm", "WhatIf"] : Array.Empty<string>()];
        Assert.Equal(real, page.Parameters.Select(p => p.Name));
        Assert.All(ParametersOf(cmdlet), property =>
        {
            ParameterHelp written = page.Parameters.Single(p => p.Name == property.Name);
            Assert.Equal((Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).Name, written.Facts[0].Type);
            Assert.Equal(TextsOf<AliasAttribute>(property), written.Facts[0].Aliases);
            Assert.Equal(TextsOf<FixedValuesAttribute>(property).Select(text => text.Split(": ")[0]), written.Facts[0].AcceptedValues);
            Assert.Equal(AttributesOf<SupportsWildcardsAttribute>(property).Any(), written.Facts[0].TakesWildcards);
            CustomAttributeData[] uses = [.. AttributesOf<ParameterAttribute>(property)];
            Assert.Equal(uses.Count(u => Named(u, "ParameterSetName") is not null), written.Facts.Sum(f => f.Sets.Count));
            Assert.All(uses, use =>
            {
                ParameterFacts facts = written.Facts.Single(f => f.Sets.Count == 0 || f.Sets.Contains(Named(use, "ParameterSetName")));
                Assert.Equal(Named(use, "Mandatory") is true, facts.IsRequired);
                Assert.Equal((int?)Named(use, "Position"), facts.Position);
                Assert.Equal(Named(use, "ValueFromPipeline") is true, facts.FromPipeline);
                Assert.Equal(Named(use, "ValueFromPipelineByPropertyName") is true, facts.FromProperty);
            });
        });
    }

    [Theory]
    [InlineData("Wait-HotstackCluster", "StableFor", "1m")]
    [InlineData("Wait-HotstackCluster", "MinimumValidity", "7d")]
    [InlineData("Wait-HotstackCluster", "Timeout", "None")]
    [InlineData("Wait-HotstackCluster", "For", "Stable")]
    [InlineData("Invoke-HotstackRevive", "StableFor", "5s, 1m, 1m")]
    [InlineData("Invoke-HotstackRevive", "Timeout", "1h30m")]
    [InlineData("Invoke-HotstackRevive", "MaxRounds", "5")]
    [InlineData("Get-HotstackSnapSet", "Id", "None")]
    [InlineData("Get-HotstackSnapSet", "All", "False")]
    public void Its_page_has_the_defaults(string name, string parameter, string value) =>
        Assert.Equal(value, HelpSources.Page(name).Parameters.Single(p => p.Name == parameter).Facts[0].Default);

    [Theory, MemberData(nameof(Names))]
    public void Its_page_has_its_outputs_and_aliases(string name)
    {
        CmdletSurface cmdlet = HelpSources.Cmdlets.Single(c => c.Name == name);
        Assert.Equal(cmdlet.Outputs.Select(type => type.FullName), HelpSources.Page(name).Outputs.Select(o => o.Name));
        string text = HelpSources.TextOf(name);
        Assert.All(AliasesOf(TypeOf(name)), alias => Assert.Contains(alias, text, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_examples_use_it_and_existing_parameters(string name)
    {
        IReadOnlyList<HelpExample> examples = HelpSources.Page(name).Examples;
        string[] own = [name, .. AliasesOf(TypeOf(name))];
        Assert.All(examples, example =>
        {
            IReadOnlyList<(string Cmdlet, IReadOnlyList<string>)> calls = CommandText.CallsIn(example.Code);
            Assert.Contains(calls, call => own.Contains(call.Cmdlet));
            AssertExists(calls);
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_page_names_existing_cmdlets_and_parameters_only(string name) =>
        AssertNamesExist(HelpSources.TextOf(name));

    [Fact]
    public void The_about_topic_names_existing_cmdlets_and_parameters_only()
    {
        string text = File.ReadAllText(HelpSources.About);
        AssertNamesExist(text, "AsJob");
        Assert.All(Fence().Matches(text), code => AssertExists(CommandText.CallsIn(code.Groups[1].Value)));
        Assert.All(InlineCode().Matches(text), code => AssertExists(CommandText.CallsIn(code.Groups[1].Value)));
        Assert.All(CmdletTypes.Cmdlets.Select(NameOf), name => Assert.Contains(name, text, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_links_lead_to_pages(string name) =>
        Assert.All(HelpSources.Page(name).Links.Where(l => l.Address is null),
            link => Assert.Contains(link.Text, HelpSources.Pages.Select(p => p.Name)));

    [Theory, MemberData(nameof(Names))]
    public void Its_links_lead_to_documents_that_there_are(string name)
    {
        string[] documents = [.. HelpSources.Page(name).Links.Select(l => l.Address).OfType<string>()
            .Where(address => !address.StartsWith("https://", StringComparison.Ordinal))];
        Assert.Contains("docs/errors.md", documents);
        Assert.All(documents, path => Assert.True(File.Exists(Path.Combine(Repository.Root, path)), path));
    }

    [Fact]
    public void The_table_of_the_README_has_each_cmdlet_once_with_parameters_that_it_has()
    {
        (string[] Names, string Text)[] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && CmdletName().IsMatch(line.Split('|')[1]))
            .Select(line => line.Split('|', 3))
            .Where(cells => !cells[1].Contains(" -", StringComparison.Ordinal))
            .Select(cells => (CmdletName().Matches(cells[1]).Select(m => m.Value).ToArray(), cells[2]))];
        Assert.Equal(CmdletTypes.Cmdlets.Select(NameOf), rows.SelectMany(r => r.Names).Order(StringComparer.Ordinal));
        Assert.All(rows, row =>
        {
            string[] known = [.. row.Names.SelectMany(name => HelpSources.Page(name).Parameters).Select(p => p.Name)];
            Assert.All(ParameterName().Matches(row.Text), m => Assert.Contains(m.Groups[1].Value, known));
        });
    }

    private static void AssertExists(IEnumerable<(string Cmdlet, IReadOnlyList<string> Parameters)> calls) => Assert.All(calls, call =>
    {
        Type? cmdlet = CmdletTypes.Cmdlets.FirstOrDefault(t => NameOf(t) == call.Cmdlet || AliasesOf(t).Contains(call.Cmdlet));
        Assert.True(cmdlet is not null, $"There is no {call.Cmdlet}");
        string[] known = [.. HelpSources.Page(NameOf(cmdlet)).Parameters.Select(p => p.Name), .. HelpSources.CommonParameters];
        Assert.All(call.Parameters, parameter => Assert.Contains(parameter, known));
    });

    private static void AssertNamesExist(string text, params string[] notOurs)
    {
        string[] cmdlets = [.. CmdletTypes.Cmdlets.SelectMany(t => (string[])[NameOf(t), .. AliasesOf(t)])];
        Assert.All(CmdletName().Matches(text), name => Assert.Contains(name.Value, cmdlets));
        string prose = Fence().Replace(text, "");
        string[] parameters = [.. HelpSources.Pages.SelectMany(p => p.Parameters).Select(p => p.Name), .. HelpSources.CommonParameters,
            .. notOurs, "Syntax", "Full", "For"];
        int common = prose.IndexOf($"### {PageReader.CommonParameters}", StringComparison.Ordinal);
        Assert.All(ParameterName().Matches(common < 0 ? prose : prose[..common]),
            name => Assert.Contains(name.Groups[1].Value, parameters));
    }

    private static IEnumerable<string> TextsOf<T>(PropertyInfo property) => AttributesOf<T>(property)
        .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(v => (string)v.Value!);

    private static Type TypeOf(string name) => CmdletTypes.Cmdlets.Single(t => NameOf(t) == name);

    [GeneratedRegex(@"\b[A-Z]\w+-Hotstack\w+\b")]
    private static partial Regex CmdletName();

    [GeneratedRegex(@"(?<![\w-])-([A-Z]\w+)")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"```\w*\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex InlineCode();
}
