using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Blueprints;

/// <summary>Reads from Heat what made a stack.</summary>
internal sealed class StackBlueprint(Cloud cloud, IActivity activity)
{
    private static readonly string Version = typeof(StackBlueprint).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>The blueprint of a stack for a new set.</summary>
    /// <param name="stackName">The stack.</param>
    /// <param name="snapSetId">The set.</param>
    /// <param name="stop">Cancels it.</param>
    /// <returns>Null, with a warning, if Heat does not show it or if it is too large; null without one if there is no such stack.</returns>
    /// <exception cref="HotstackException">Heat was not reached, or rejected the credentials.</exception>
    public async Task<Blueprint?> ReadAsync(string stackName, string snapSetId, CancellationToken stop)
    {
        const string Consequence = "The SnapSet gets no blueprint, so a restore needs -Template";
        try
        {
            Answer? answer = await OptionalAnswer.AskAsync(() => AskAsync(stackName, snapSetId, stop), Consequence, activity);
            if (answer is { Blueprint: null })
            {
                activity.Verbose($"There is no stack '{stackName}' any more, so the SnapSet gets no blueprint.");
            }

            if (answer?.Blueprint is not { } blueprint)
            {
                return null;
            }

            if (BlueprintDocument.Write(blueprint).Length is > BlueprintImage.MaxBytes and var bytes)
            {
                activity.Warning($"{Consequence}: {BlueprintDocument.TooLarge(bytes)}.");
                return null;
            }

            return blueprint;
        }
        catch (HotstackException e) when (ServiceClient.IsWithoutEndpoint(e))
        {
            activity.Verbose($"The cloud has no Heat, so the SnapSet gets no blueprint.");
            return null;
        }
    }

    private async Task<Answer> AskAsync(string stackName, string snapSetId, CancellationToken stop) =>
        new(await cloud.Stacks.FindAsync(stackName, stop) is { } stack ? await ReadAsync(stack, snapSetId, stop) : null);

    private async Task<Blueprint> ReadAsync(Stack found, string snapSetId, CancellationToken stop)
    {
        Task<JsonElement> template = cloud.Stacks.GetTemplateAsync(found, stop);
        Task<IReadOnlyDictionary<string, string>> files = cloud.Stacks.GetFilesAsync(found, stop);
        Task<StackEnvironment> environment = cloud.Stacks.GetEnvironmentAsync(found, stop);
        Task<Stack> stack = cloud.Stacks.GetAsync(found, stop);
        await Task.WhenAll(template, files, environment, stack);
        string text = RestoredTemplate.Original(await template, await files) ?? await WithoutOlderSetAsync(await stack, await template, stop);
        return Of(await stack, await template, text, await files, await environment, snapSetId);
    }

    /// <summary>The template of a restored stack without its original: snapshots of the older set in its volumes, and those that are gone, are left
    /// out.</summary>
    private async Task<string> WithoutOlderSetAsync(Stack stack, JsonElement template, CancellationToken stop)
    {
        KeyValuePair<string, string>[] volumes =
            stack.Tags.Any(tag => StackTags.SnapSetIdOf(tag) is not null)
                ? [.. RestoredTemplate.SnapshotsIn(template).Where(volume => Guid.TryParse(volume.Value, out _))] : [];
        bool[] areOlder = await Fanout.SelectAsync(
            volumes.Select(volume => volume.Value),
            async (id, token) => await cloud.Volumes.FindSnapshotAsync(id, token) is not { } snapshot
                || snapshot.Metadata.ContainsKey(SnapSetProperties.IdKey),
            stop);
        string[] names = [.. volumes.Zip(areOlder).Where(pair => pair.Second).Select(pair => pair.First.Key)];
        return names.Length == 0 ? template.GetRawText() : RestoredTemplate.WithoutSnapshots(template, names);
    }

    private Blueprint Of(
        Stack stack, JsonElement shown, string text, IReadOnlyDictionary<string, string> files, StackEnvironment environment, string snapSetId)
    {
        using JsonDocument document = JsonText.Parse(text);
        JsonElement template = document.RootElement;
        var stackFiles = new StackFiles(text, files.Where(file => file.Key != RestoredTemplate.FileName).ToDictionary(StringComparer.Ordinal));
        HashSet<string> hidden = HiddenIn(template, stackFiles, environment);
        string[] given = [.. environment.Parameters.Concat(environment.Defaults).Select(p => p.Key).Where(hidden.Contains).Distinct()
            .Order(StringComparer.Ordinal)];
        var outputs = new BlueprintOutputs(shown, hidden);
        string[] kept = [.. stack.Outputs.Keys.Where(outputs.MayKeep).Order(StringComparer.Ordinal)];
        return new Blueprint
        {
            SnapSetId = snapSetId,
            StackName = stack.Name,
            ReadAt = cloud.Now,
            Module = Version,
            Template = text,
            Files = stackFiles.WithoutEnvironments(),
            Environment = environment.Without(hidden),
            Hidden = given,
            Outputs = new JsonObject(kept.Select(name => KeyValuePair.Create(
                name, stack.Outputs[name].Value is { } value ? JsonText.ToNode(value) : null))),
            OmittedOutputs = [.. stack.Outputs.Keys.Except(kept)],
        };
    }

    /// <summary>The hidden parameters. What the templates hide need not be masked by every Heat; of two that declare one, the stack's own counts
    /// (heat: engine/template.py, all_param_schemata).</summary>
    private static HashSet<string> HiddenIn(JsonElement template, StackFiles files, StackEnvironment environment)
    {
        JsonProperty[] declared =
            template.Field("parameters") is { ValueKind: JsonValueKind.Object } parameters ? [.. parameters.EnumerateObject()] : [];
        return
        [
            .. files.HiddenParameters().Except(declared.Select(p => p.Name)),
            .. declared.Where(p => p.Value.Flag("hidden")).Select(p => p.Name),
            .. environment.Masked,
        ];
    }

    /// <param name="Blueprint">The blueprint; null if there is no such stack.</param>
    private sealed record Answer(Blueprint? Blueprint);
}
