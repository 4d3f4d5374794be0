using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Surface;

/// <summary>Rules that keep the parts apart, and cmdlets thin.</summary>
public sealed partial class SourceTests
{
    private const int MaxStatements = 12;

    private static readonly string[] TimeWaits = ["Task.Delay(", "Thread.Sleep(", "new PeriodicTimer("];

    [Theory]
    [InlineData("Flurl", "Http/Api.cs")]
    [InlineData("Polly", "Http/RetryPolicy.cs")]
    public void One_file_of_Core_uses_the_package(string package, string onlyFile) =>
        Assert.Equal([onlyFile], FilesOf("Hotstack.SnapSet.Core")
            .Where(f => Code(f.Text).Any(l => l.Contains(package, StringComparison.Ordinal))).Select(f => f.Name));

    /// <summary>Each wait has a clock that tests move, and a way to stop it.</summary>
    [Fact]
    public void One_file_of_Core_waits_for_time() => Assert.Equal(
        ["Poll.cs"],
        FilesOf("Hotstack.SnapSet.Core")
            .Where(f => Code(f.Text).Any(l => TimeWaits.Any(wait => l.Contains(wait, StringComparison.Ordinal)))).Select(f => f.Name));

    [Fact]
    public void Core_does_not_know_PowerShell() =>
        Assert.DoesNotContain(FilesOf("Hotstack.SnapSet.Core"),
            f => f.Text.Contains("System.Management.Automation", StringComparison.Ordinal));

    /// <summary>By the statements of its methods: a parameter costs nothing.</summary>
    [Fact]
    public void Cmdlets_are_thin()
    {
        (string Name, int Statements)[] cmdlets =
        [
            .. FilesOf("Hotstack.SnapSet").Where(f => f.Text.Contains("\n[Cmdlet(", StringComparison.Ordinal))
                .Select(f => (f.Name, Methods().Matches(f.Text).Sum(method => Statements().Count(method.Value)))),
        ];

        Assert.Equal(CmdletTypes.Cmdlets.Count, cmdlets.Length);
        Assert.All(cmdlets, cmdlet => Assert.True(
            cmdlet.Statements is > 0 and <= MaxStatements, $"{cmdlet.Name} has {cmdlet.Statements} statements, more than {MaxStatements}"));
    }

    /// <summary>The keys of properties, metadata and tags: two copies could come to differ.</summary>
    [Fact]
    public void Each_key_of_a_mark_is_written_once() => Assert.Empty(
        FilesOf("Hotstack.SnapSet.Core").SelectMany(f => MarkKey().Matches(f.Text).Select(key => key.Value))
            .GroupBy(key => key).Where(key => key.Count() > 1).Select(key => key.Key));

    /// <summary>A command to be copied holds a name only as an argument that PowerShell reads as that name.</summary>
    [Fact]
    public void Names_in_commands_are_quoted() => Assert.Empty(
        FilesOf("Hotstack.SnapSet.Core")
            .SelectMany(f => CommandWithName().Matches(f.Text).Select(command => $"{f.Name}: {command.Value}")));

    /// <summary>An id comes into an address by the braces of an <c>ApiPath</c>, which looks at it.</summary>
    [Fact]
    public void Clients_put_no_address_together_by_themselves() => Assert.Empty(
        FilesOf("Hotstack.SnapSet.Core").Where(f => f.Name.StartsWith("OpenS", StringComparison.Ordinal))
            .SelectMany(f => PathByHand().Matches(f.Text).Select(call => $"{f.Name}: {call.Value}")));

    [GeneratedRegex(@"""hotstack_[a-z_]+[a-z]""")]
    private static partial Regex MarkKey();

    [GeneratedRegex(@"(?:[A-Z][a-z]+-Hotstack[A-Za-z]+(?: -[A-Za-z]+)?|'(?:openstack|oc|kubectl)(?: [\w-]+)*) \{(?!CommandArgument\.|string\.Join\([^{}""]*CommandArgument\.)[^}]*\}")]
    private static partial Regex CommandWithName();

    [GeneratedRegex(@"Request\(HttpMethod\.\w+, (?:""[^""]*"" \+|string\.)[^;]*|/\{Uri\.EscapeDataString[^;]*")]
    private static partial Regex PathByHand();

    /// <summary>From the declaration to the next member, or to the end of the class.</summary>
    [GeneratedRegex(@"^    (?:protected|private)[^\n;=]*\(.*?(?=^    (?:protected|private|public|///|\[)|^\})",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Methods();

    [GeneratedRegex(@";|\b(?:if|foreach|for|while|switch|catch)\b")]
    private static partial Regex Statements();

    /// <summary>Lines with code: neither blank nor comment.</summary>
    private static IEnumerable<string> Code(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));

    private static IEnumerable<(string Name, string Text)> FilesOf(string project)
    {
        string folder = Path.Combine(Repository.Root, "src", project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), file))
            .Where(f => !f.Item1.StartsWith("obj/", StringComparison.Ordinal) && !f.Item1.StartsWith("bin/", StringComparison.Ordinal))
            .Select(f => (f.Item1, File.ReadAllText(f.file)));
    }
}
