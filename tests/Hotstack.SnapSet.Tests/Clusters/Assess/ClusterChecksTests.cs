using System.Reflection;
using System.Text.RegularExpressions;
using Hotstack.Help;
using Xunit;

namespace Hotstack.Clusters.Assess;

/// <summary>Names of checks are written once, and the help page lists them.</summary>
public sealed partial class ClusterChecksTests
{
    private static readonly string[] Names = [.. typeof(CheckName)
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void The_help_page_lists_each_check_with_what_it_counts_for()
    {
        string[] listed = [.. Row().Matches(HelpSources.TextOf("Test-HotstackCluster"))
            .Select(row => $"{row.Groups["name"]}: {row.Groups["purpose"]}")];

        Assert.Equal(Names.Select(name => $"{name}: {PurposeOf(name)}"), listed);
    }

    [Fact]
    public async Task A_report_has_all_checks_and_no_others()
    {
        await using var script = new ScriptedCluster();
        script.Refusals["/api/v1/secrets"] = 403;

        ClusterReport report = await new TestCluster(script.Cluster)
            .RunAsync(new TestClusterRequest(), new RecordingActivity(), TestContext.Current.CancellationToken);

        Assert.Equal(
            Names.Except([CheckName.ControlPlane]).Order(StringComparer.Ordinal),
            report.Checks.Select(check => check.Check).Distinct().Order(StringComparer.Ordinal));
    }

    private static string PurposeOf(string name)
    {
        var check = new ClusterCheck(name, ClusterCheckResult.Passed, "");
        return string.Join(", ", new[]
        {
            ClusterChecks.IsForHealth(check) ? "health" : null, ClusterChecks.IsForShutdown(check) ? "shutdown" : null,
        }.OfType<string>());
    }

    [GeneratedRegex(@"^- `(?<name>\w+)`(?: \((?<purpose>[a-z, ]+)\))?: ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
