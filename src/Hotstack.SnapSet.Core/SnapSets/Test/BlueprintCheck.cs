using Hotstack.OpenStack;
using Hotstack.SnapSets.Blueprints;

namespace Hotstack.SnapSets.Test;

/// <summary>Checks the blueprint of a set by reading it.</summary>
internal sealed class BlueprintCheck(Cloud cloud)
{
    private const string Check = "Blueprint";

    /// <summary>The finding; none for a set without a blueprint.</summary>
    public async Task<IReadOnlyList<SnapSetFinding>> RunAsync(SnapSet set, CancellationToken stop)
    {
        string? image = set.Blueprint?.Image.Id;
        if (image is null && !set.IsBlueprintAnnounced)
        {
            return [];
        }

        try
        {
            Blueprint? blueprint = await new BlueprintStore(cloud).ReadAsync(set, stop);
            return blueprint is null ? [] : [set.Blueprint!.Defect is { } defect
                ? Of(SnapSetCheckResult.Failed, defect)
                : Of(SnapSetCheckResult.Passed, Describe(blueprint))];
        }
        catch (HotstackException e) when (e.Id == "ImageDownloadForbidden")
        {
            return [Of(SnapSetCheckResult.Warning, $"its blueprint could not be checked: {e.Message.TrimEnd('.')}")];
        }
        catch (HotstackException e) when (e.Target is not null && e.Id.StartsWith(Check, StringComparison.Ordinal))
        {
            return [Of(SnapSetCheckResult.Failed, e.Message.TrimEnd('.'))];
        }

        SnapSetFinding Of(string result, string message) => new(set.Id, null, Check, result, message, image);
    }

    private static string Describe(Blueprint blueprint) =>
        $"its blueprint, of stack {blueprint.StackName}, is readable, with {CountText.Of(blueprint.Files.Count, "file")}"
        + (blueprint.Hidden.Count > 0 ? $"; a restore needs the hidden parameters {string.Join(", ", blueprint.Hidden)}" : "");
}
