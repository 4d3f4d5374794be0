using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the clouds of clouds.yaml.</summary>
internal sealed class CloudNameCompleter : HotstackCompleter
{
    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        IReadOnlyList<Suggestion> clouds = [.. call.Clouds.CloudNames().Select(name => new Suggestion(name, $"Cloud {name}"))];
        return Task.FromResult(clouds);
    }
}
