using System.Reflection;
using System.Text.RegularExpressions;
using Hotstack.Suggestions;
using Xunit;

namespace Hotstack.Surface;

/// <summary>Whatever is shown goes through <see cref="DisplayText"/>: by its type where it leaves Core, by its place where it leaves
/// the cmdlets. Views: <see cref="FormatTests"/>.</summary>
public sealed partial class ShownTextTests
{
    /// <summary>There is no other way to show something.</summary>
    [Fact]
    public void Messages_of_Core_are_DisplayText()
    {
        ParameterInfo[] messages =
        [
            .. typeof(IActivity).GetMethods().Where(m => m.Name != nameof(IActivity.Progress)).SelectMany(m => m.GetParameters()),
            .. typeof(Confirmation).GetMethod("Invoke")!.GetParameters(),
            .. typeof(HotstackException).GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(c => c.GetParameters()).Where(p => p[0].ParameterType == typeof(ErrorCause)) // the others call this one
                .SelectMany(p => p).Where(p => p.Name is not ("cause" or "id" or "inner")),
            .. typeof(Suggestion).GetConstructors()[0].GetParameters().Where(p => p.Name != nameof(Suggestion.Text)),
        ];

        Assert.Equal(7, messages.Length);
        Assert.All(messages, parameter => Assert.Equal(typeof(DisplayText), parameter.ParameterType));
    }

    /// <summary>PowerShell's streams, questions, errors and suggestions are written in one place each.</summary>
    [Theory]
    [InlineData(@"\b(WriteVerbose|WriteDebug|WriteWarning|WriteProgress|WriteInformation)\(|\bUI\b", "Hosting/CmdletActivity.cs")]
    [InlineData(@"\b(ShouldProcess|ShouldContinue)\(", "Hosting/CmdletRun.cs")]
    [InlineData(@"\bnew (ErrorRecord|ErrorDetails)\(", "Hosting/ErrorClassification.cs")]
    [InlineData(@"\bnew CompletionResult\(", "Completion/HotstackCompleter.cs")]
    [InlineData(@"\bWriteError\(", "Commands/HotstackCmdlet.cs", "Hosting/CmdletRun.cs")]
    [InlineData(@"\bThrowTerminatingError\(", "Commands/HotstackCmdlet.cs")]
    [InlineData(@"\bConsole\.")]
    public void The_cmdlets_write_to_the_host_in_these_files_only(string call, params string[] files) =>
        Assert.Equal(files, Sources.Where(source => Regex.IsMatch(source.Text, call)).Select(source => source.Name)
            .Order(StringComparer.Ordinal));

    /// <summary>PowerShell shows these as they are.</summary>
    [Fact]
    public void Exceptions_of_PowerShell_quote_names_as_DisplayText()
    {
        string[] messages = [.. Sources.SelectMany(source => PowerShellExceptions().Matches(source.Text)).Select(match => match.Value)];

        Assert.NotEmpty(messages);
        Assert.All(messages, message => Assert.All(Holes().Matches(message), hole =>
            Assert.True(hole.Value.StartsWith("{DisplayText.Of(", StringComparison.Ordinal)
                || hole.Value.Contains("Total", StringComparison.Ordinal), message)));
    }

    private static IEnumerable<(string Name, string Text)> Sources
    {
        get
        {
            string folder = Path.Combine(Repository.Root, "src", "Hotstack.SnapSet");
            return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(file => (Name: Path.GetRelativePath(folder, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
                .Where(source => !source.Name.StartsWith("obj/", StringComparison.Ordinal)
                    && !source.Name.StartsWith("bin/", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"\bArgumentTransformationMetadataException\b[^;]*;")]
    private static partial Regex PowerShellExceptions();

    [GeneratedRegex(@"\{[^{}]+\}")]
    private static partial Regex Holes();
}
