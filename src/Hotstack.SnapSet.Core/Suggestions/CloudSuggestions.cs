using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;

namespace Hotstack.Suggestions;

/// <summary>What a cloud has that could be meant.</summary>
public sealed class CloudSuggestions(Cloud cloud)
{
    /// <summary>The ids of sets, the newest first.</summary>
    /// <param name="incomplete">Only of those whose making was interrupted.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<IReadOnlyList<Suggestion>> SnapSetsAsync(bool incomplete, CancellationToken stop)
    {
        IReadOnlyList<SnapSet> sets = await new FindSnapSets(cloud)
            .RunAsync(new FindSnapSetsRequest { Incomplete = incomplete }, stop);
        return [.. sets.Select(set => new Suggestion(set.Id, Describe(set)))];
    }

    /// <summary>The names of stacks.</summary>
    public async Task<IReadOnlyList<Suggestion>> StacksAsync(CancellationToken stop) =>
        [.. (await cloud.Stacks.ListNamesAsync(stop)).Order(StringComparer.Ordinal)
            .Select(name => new Suggestion(name, $"Stack {name}"))];

    /// <summary>Servers by name; those that share one by their ids.</summary>
    public async Task<IReadOnlyList<Suggestion>> ServersAsync(CancellationToken stop)
    {
        IReadOnlyList<Server> servers = await cloud.Compute.ListReachableServersAsync(stop);
        return
        [
            .. servers.GroupBy(server => server.Name).OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group => group.Select(server => new Suggestion(
                    group.Count() == 1 ? server.Name : server.Id, $"{server.Name}, {server.Status}, {server.Id}"))),
        ];
    }

    private static string Describe(SnapSet set)
    {
        string of = set.StackName is { } stack ? $" of stack {stack}" : "";
        string members = set.Members.Count == 0 ? "no image" : string.Join(", ", set.Members.Select(member => member.Name));
        return $"{set.State}, {TimeText.Of(set.Age)} old{of}: {members}";
    }
}
