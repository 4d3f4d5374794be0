using System.Text.Json;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Objects;

namespace Hotstack.Clusters.Wait;

/// <summary>Waits until objects of any kind have the conditions that the user names, such as
/// <c>openstackcontrolplane/*:Ready</c>.</summary>
internal sealed class WaitForConditions(Cluster cluster, IReadOnlyList<AwaitedCondition> awaited, IActivity activity)
{
    private readonly Cluster _polled = cluster.ForPolling();
    private IReadOnlyDictionary<string, ServedKind> _kinds = new Dictionary<string, ServedKind>();
    private IReadOnlyList<string> _met = [];

    /// <returns>The objects and their conditions, in a sentence without a full stop.</returns>
    /// <exception cref="HotstackException">A kind or an object does not exist (<c>WaitForNotFound</c>), or the conditions are not met in
    /// time (<c>WaitForNotMet</c>).</exception>
    public async Task<string> RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        var wait = new PatientWait(cluster, "Waiting for the named conditions", activity);
        bool areMet = await wait.UntilAsync(token => PollAsync(wait, token), interval, timeout, stop);
        return areMet ? string.Join("; ", _met)
            : throw new HotstackException(
                ErrorCause.TimedOut, "WaitForNotMet",
                $"After {TimeText.Of(timeout)} not all conditions of -WaitFor are met in cluster '{cluster.Name}': "
                    + $"{wait.LastFailure?.Message ?? wait.Missing}.", wait.LastFailure)
            {
                Target = cluster.Name,
                Hint = $"Look at {string.Join(", ", awaited.Select(a => $"'oc describe -A {CommandArgument.Of(KindOf(a))}'").Distinct())}. "
                    + "The cluster itself is stable. Run the same command again to wait on, with a longer -Timeout if it makes progress.",
            };
    }

    private string KindOf(AwaitedCondition condition) => _kinds.GetValueOrDefault(condition.Kind)?.ToString() ?? condition.Kind;

    /// <returns>What is missing; null if nothing is.</returns>
    private async Task<string?> PollAsync(PatientWait wait, CancellationToken stop)
    {
        if (await FindKindsAsync(stop) is { } unread)
        {
            return unread;
        }

        (AwaitedCondition Condition, Found[] Objects)[] found = await Fanout.SelectAsync(
            awaited, async (condition, token) => (condition, await ListAsync(condition, token)), stop);
        string[] absent = [.. found.Where(f => f.Objects.Length == 0).Select(f => $"no object matches '{f.Condition}'")];
        if (absent.Length > 0)
        {
            throw NotFound(absent);
        }

        _met = [.. found.SelectMany(f => f.Objects.Where(o => o.Why is null).Select(o => o.Title + " is " + WordOf(f.Condition)))];
        string[] missing = [.. found.SelectMany(f => f.Objects).Where(o => o.Why is not null).Select(o => $"{o.Title}: {o.Why}")];
        wait.Count = new(_met.Count, _met.Count + missing.Length, "conditions met");
        return missing.Length == 0 ? null : string.Join("; ", missing);
    }

    private static string WordOf(AwaitedCondition condition) =>
        condition.Status.Equals("True", StringComparison.OrdinalIgnoreCase) ? condition.Condition : $"{condition.Condition}={condition.Status}";

    /// <returns>Why kinds cannot be found yet; null if all are.</returns>
    private async Task<string?> FindKindsAsync(CancellationToken stop)
    {
        string[] names = [.. awaited.Select(condition => condition.Kind).Distinct()];
        if (names.All(_kinds.ContainsKey))
        {
            return null;
        }

        (_kinds, bool isComplete) = await ResourceDiscovery.FindAsync(_polled.Api, names, stop);
        string[] unknown = [.. names.Where(name => !_kinds.ContainsKey(name))];
        return unknown.Length == 0 ? null
            : isComplete ? throw NotFound([.. unknown.Select(name => $"the cluster has no kind '{name}'")])
            : $"the kinds {string.Join(", ", unknown)} are not known yet: an API does not answer";
    }

    private async Task<Found[]> ListAsync(AwaitedCondition condition, CancellationToken stop)
    {
        ServedKind served = _kinds[condition.Kind];
        var kind = new CustomKind<Found?>(
            served.Group, served.Version, served.Plural, item => Matches(condition, item) ? Judge(served, condition, item) : null);
        return [.. (await _polled.ListAsync(kind, stop)).Items.OfType<Found>()];
    }

    private static bool Matches(AwaitedCondition condition, JsonElement item) =>
        Wildcard.Matches(ObjectMetadata.NameIn(item), condition.Name)
        && (condition.Namespace is null || Wildcard.Matches(item.Field("metadata")?.Text("namespace") ?? "", condition.Namespace));

    private static Found Judge(ServedKind kind, AwaitedCondition awaited, JsonElement item)
    {
        Condition? condition = Condition.ListOf(item)
            .FirstOrDefault(c => c.Type.Equals(awaited.Condition, StringComparison.OrdinalIgnoreCase));
        string? why =
            condition is null ? $"it has no condition {awaited.Condition}"
            : condition.Status.Equals(awaited.Status, StringComparison.OrdinalIgnoreCase) ? null
            : $"{condition.Type} is {condition.Status}"
                + ((condition.Message ?? condition.Reason) is { } reason ? $" ({DisplayText.OfProse(reason)})" : "");
        return new($"{kind.Plural} {ObjectMetadata.TitleIn(item)}", why);
    }

    private ViolationsException NotFound(IReadOnlyList<string> violations) =>
        new("WaitForNotFound", $"-WaitFor does not fit cluster '{cluster.Name}'", violations, ErrorCause.NotFound)
        {
            Target = cluster.Name,
            Hint = "Run 'oc api-resources' and 'oc get KIND -A' to see the kinds and objects. The cluster itself is stable: run the same "
                + "command again with another -WaitFor.",
        };

    private sealed record Found(string Title, string? Why);
}
