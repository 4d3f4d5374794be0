using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Finds what an argument of a command could be.</summary>
internal delegate Task<IReadOnlyList<Suggestion>> SuggestionSource(CompletionCall call, CancellationToken stop);

/// <summary>Asks a connected cloud or cluster.</summary>
internal delegate Task<IReadOnlyList<Suggestion>> SuggestionQuery<T>(T connected, CancellationToken stop);

/// <summary>Suggests arguments. It never fails and never takes long: a user who presses Tab wants help, not an error.</summary>
/// <param name="source">What there is; it runs on a thread of its own.</param>
/// <param name="isPattern">Whether the argument takes wildcards.</param>
/// <param name="isUnique">Whether an argument of several values takes each once.</param>
internal abstract class HotstackCompleter(SuggestionSource source, bool isPattern = false, bool isUnique = true) : IArgumentCompleter
{
    /// <summary>For everything: files may be on a disk that hangs, and a cloud may never answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.8);

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var call = new CompletionCall(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters);
            IEnumerable<Suggestion> suggestions = GetWithin(Limit, stop => source(call, stop)) ?? [];
            // The word itself is among what is given.
            string[] given = isUnique ? [.. call.Given.Where(text => text != CompletionText.Bare(wordToComplete))] : [];
            return
            [
                .. CompletionText.Matching(wordToComplete, suggestions, given, isPattern).Select(match => new CompletionResult(
                    match.Text, DisplayText.Of(match.Suggestion.Text), CompletionResultType.ParameterValue, match.Suggestion.Description)),
            ];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>The result of work; null if it does not come in time. The work is then cancelled, but not waited for.</summary>
    public static T? GetWithin<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work)
        where T : class
    {
        // Not disposed of: work that is not waited for may still look at it.
        var stop = new CancellationTokenSource();
        // On a thread of its own: asynchronous work may begin with reading files.
        Task<T> task = Task.Factory.StartNew(
            () => work(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        if (((IAsyncResult)task).AsyncWaitHandle.WaitOne(limit))
        {
            return task.GetAwaiter().GetResult();
        }

        stop.CancelAsync();
        // Observes a late failure.
        task.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return null;
    }

    /// <summary>From the user's files, without a connection.</summary>
    protected static SuggestionSource Files(Func<CompletionCall, IEnumerable<Suggestion>> read) =>
        (call, _) => Task.FromResult<IReadOnlyList<Suggestion>>([.. read(call)]);

    /// <summary>From the cloud of the command.</summary>
    protected static SuggestionSource InCloud(SuggestionQuery<CloudSuggestions> ask) => InCloud((_, cloud, stop) => ask(cloud, stop));

    /// <summary>From the cloud of the command, by what else it says.</summary>
    protected static SuggestionSource InCloud(
        Func<CompletionCall, CloudSuggestions, CancellationToken, Task<IReadOnlyList<Suggestion>>> ask) => async (call, stop) =>
    {
        CloudConfiguration configuration = call.Clouds.Load(call.Cloud, call.Region, null, call.Credential);
        if (configuration.IsOfCurrentDirectory)
        {
            // The author of that file chose where the password goes, and Tab is no consent of the user to send it.
            return [];
        }

        using Cloud cloud = Cloud.Connect(configuration, new SilentActivity());
        return await ask(call, new CloudSuggestions(cloud), stop);
    };

    /// <summary>From the cluster of the command.</summary>
    protected static SuggestionSource InCluster(SuggestionQuery<ClusterSuggestions> ask) => async (call, stop) =>
    {
        if (call.IsBehindController)
        {
            return [];
        }

        ClusterConfiguration configuration = call.Kubeconfigs.Load(call.Kubeconfig, call.Context);
        if (configuration.IsOfCurrentDirectory || call.IsKubeconfigOfDirectory || configuration.LogsInByItself)
        {
            // The author of that file chose where our credentials go, and Tab is no consent of the user to send them, nor to run a program.
            return [];
        }

        using Cluster cluster = Cluster.Connect(configuration, new SilentActivity());
        return await ask(new ClusterSuggestions(cluster), stop);
    };
}
