using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Completion;

/// <summary>Proposes arguments. It never fails and never takes long: who presses Tab wants help, not an error.</summary>
internal abstract class HotstackCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        CloudConfigurationLoader loader = CloudConnections.LoaderIn(Location());
        string? cloud = fakeBoundParameters[nameof(HotstackCmdlet.Cloud)]?.ToString();
        string? region = fakeBoundParameters[nameof(HotstackCmdlet.Region)]?.ToString();
        try
        {
            return Matching(wordToComplete, Propose(loader, cloud, region));
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>The proposals that go on from what was typed.</summary>
    public static IEnumerable<CompletionResult> Matching(string typed, IEnumerable<Proposal> proposals) =>
    [
        .. proposals
            .Where(p => p.Text.StartsWith(typed.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(p => new CompletionResult(Quoted(p.Text), p.Text, CompletionResultType.ParameterValue, p.ToolTip)),
    ];

    protected abstract IEnumerable<Proposal> Propose(CloudConfigurationLoader loader, string? cloud, string? region);

    /// <summary>Asks the cloud, for a moment at most.</summary>
    protected static T Ask<T>(
        CloudConfigurationLoader loader, string? cloud, string? region, Func<Cloud, CancellationToken, Task<T>> question)
    {
        using var patience = new CancellationTokenSource(Patience);
        using Cloud connection = Cloud.Connect(loader.Load(cloud, region), new SilentActivity());
        return Task.Run(() => question(connection, patience.Token), patience.Token).GetAwaiter().GetResult();
    }

    /// <summary>A completer is not told where PowerShell is, and has to ask it.</summary>
    public static string Location()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Get-Location").AddParameter("PSProvider", "FileSystem").Invoke<PathInfo>()[0].ProviderPath;
    }

    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    internal readonly record struct Proposal(string Text, string ToolTip);

    private sealed class SilentActivity : IActivity
    {
        public void Verbose(string message)
        {
        }

        public void Debug(string message)
        {
        }

        public void Warning(string message)
        {
        }

        public void Progress(ProgressReport report)
        {
        }
    }
}
