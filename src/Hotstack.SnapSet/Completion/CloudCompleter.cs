using Hotstack.OpenStack;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes what the cloud of the command has.</summary>
internal abstract class CloudCompleter : HotstackCompleter
{
    protected sealed override async Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        var activity = new SilentActivity();
        using Cloud cloud = Cloud.Connect(call.Clouds.Load(call.Cloud, call.Region, null, call.Credential), activity);
        return await SuggestAsync(new CloudSuggestions(cloud), stop).ConfigureAwait(false);
    }

    protected abstract Task<IReadOnlyList<Suggestion>> SuggestAsync(CloudSuggestions cloud, CancellationToken stop);
}
