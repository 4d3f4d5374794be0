using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes arguments. It never fails and never takes long: who presses Tab wants help, not an error.</summary>
internal abstract class HotstackCompleter : IArgumentCompleter
{
    /// <summary>For all of it: files may be on a disk that hangs, and a cloud may never answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.8);

    /// <summary>Whether the argument takes wildcards.</summary>
    protected virtual bool IsPattern => false;

    /// <summary>Whether what the argument has already would be of no use a second time.</summary>
    protected virtual bool IsUnique => true;

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var call = new CompletionCall(commandName, parameterName, commandAst, fakeBoundParameters);
            IEnumerable<Suggestion> suggestions = Patiently.Get(stop => SuggestAsync(call, stop), Patience) ?? [];
            // The word itself is among what is given.
            string[] given = IsUnique ? [.. call.Given.Where(text => text != CompletionText.Bare(wordToComplete))] : [];
            return
            [
                .. CompletionText.Matching(wordToComplete, suggestions, given, IsPattern).Select(match =>
                    new CompletionResult(match.Text, DisplayText.Of(match.Suggestion.Text), CompletionResultType.ParameterValue, match.Suggestion.Description)),
            ];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>What there is, on a thread of its own.</summary>
    protected abstract Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop);
}
