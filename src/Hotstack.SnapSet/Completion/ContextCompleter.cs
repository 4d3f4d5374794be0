using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Hotstack.Completion;

/// <summary>Proposes the kubeconfig's contexts.</summary>
internal sealed class ContextCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            return HotstackCompleter.Matching(wordToComplete, Contexts(fakeBoundParameters[nameof(ClusterCmdlet.Kubeconfig)]?.ToString()));
        }
        catch (HotstackException)
        {
            return [];
        }
    }

    private static IEnumerable<HotstackCompleter.Proposal> Contexts(string? kubeconfig) =>
        ClusterConnections.LoaderIn(HotstackCompleter.Location()).ListContexts(kubeconfig)
            .Select(context => new HotstackCompleter.Proposal(
                context.Name, $"{context.ClusterName} at {context.Server}{(context.IsCurrent ? " (current)" : "")}"));
}
