using Hotstack.OpenStack;
using Hotstack.OpenStack.Configuration;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes what the cloud of the command has.</summary>
internal abstract class CloudCompleter : HotstackCompleter
{
    protected sealed override async Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        var activity = new SilentActivity();
        CloudConfiguration configuration = call.Clouds.Load(call.Cloud, call.Region, null, call.Credential);
        if (configuration.IsOfCurrentDirectory)
        {
            // The author of that file chose where the password goes, and Tab is no consent of the user to send it.
            return [];
        }

        using Cloud cloud = Cloud.Connect(configuration, activity);
        return await SuggestAsync(new CloudSuggestions(cloud), stop);
    }

    protected abstract Task<IReadOnlyList<Suggestion>> SuggestAsync(CloudSuggestions cloud, CancellationToken stop);
}
