using System.Text.Json.Nodes;
using Hotstack.Deployments;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Blueprints;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Composes a stack of template, parameters and set, without requests to the cloud.</summary>
/// <param name="request">What to restore, and how.</param>
/// <param name="source">The template, and the values of the parameter files.</param>
/// <param name="stackName">The name of the stack.</param>
/// <param name="set">The set, with its usable members, without the volumes that are left out.</param>
/// <param name="ofSet">The parameters that give images of the set itself: they pin none.</param>
internal sealed class RestoreComposer(
    RestoreSnapSetRequest request, RestoreSource source, string stackName, SnapSet set, IReadOnlySet<string> ofSet)
{
    private readonly TemplateBundle _whole = source.Bundle;
    private readonly ParameterSet _files = source.Files;

    /// <summary>The parameters without the set's images, and what only an environment can give.</summary>
    private readonly (JsonObject Parameters, StackEnvironment? Environment) _given = source.With(request.Parameters);

    /// <summary>Composes the stack.</summary>
    /// <param name="listed">The resources in Heat's preview; null without one, in which case the conditions are evaluated here.</param>
    /// <param name="before">What is already known of the stack.</param>
    public RestoreDraft Compose(IReadOnlySet<(string Name, string Type)>? listed = null, RestoreSnapSetPlan? before = null)
    {
        var conditions = new TemplateConditions(_whole.Document, _whole.Template.Parameters, OverDefaults(_given.Parameters, _whole.Template), stackName);
        var presence = TemplatePresence.Of(_whole.Document, conditions);
        TemplateBundle bundle = _whole.With(listed is null ? presence : presence.CorrectedBy(listed), conditions);
        List<string> violations = [];
        var comparison = new SetComparison(set, bundle);
        RestoreSnapSetPlan plan = Compose(bundle, comparison, violations);
        return new RestoreDraft(
            before is null ? plan : plan with
            {
                Existing = before.Existing, IsContinued = before.IsContinued, IsOnlyShown = before.IsOnlyShown, ReplacesStack = before.ReplacesStack,
            },
            bundle, violations, comparison);
    }

    private RestoreSnapSetPlan Compose(TemplateBundle bundle, SetComparison comparison, List<string> violations)
    {
        RestoreModeChoice choice = RestoreModes.Choose(bundle.Template, set);
        RestoreMode mode = request.Mode ?? choice.Mode;
        JsonObject pins = ParameterSet.Merge(_files.Overrides, request.Parameters);
        string[] pinned =
        [
            .. pins.Where(p => p.Value is JsonObject { } map && map["image"] is not null && !ofSet.Contains(p.Key)).Select(p => p.Key),
        ];

        JsonObject parameters = _given.Parameters;
        PlannedServer[] servers =
        [
            .. set.Members.Select(member => Plan(member, bundle.Template, pins, pinned) with
            {
                MacAddresses = comparison.MacAddressesOf(member),
            }),
        ];
        string text = bundle.Text;
        IReadOnlyDictionary<string, string> files = bundle.Files;
        IReadOnlyList<string> changes = [];
        IReadOnlyList<string> warnings = [];
        IReadOnlyList<PlacedVolume> volumes = [];
        if (mode == RestoreMode.Parameter)
        {
            parameters = AddImages(parameters, set, pinned, violations);
            violations.AddRange(set.Members.Select(member => MemberMatching.Absence(bundle.Template, member)).OfType<string>());
            (text, OverlayNotes notes) = TemplateOverlay.WithOutput(bundle, set);
            changes = notes.Changes;
            warnings =
            [
                .. choice.Mode == RestoreMode.Parameter ? [] : choice.Reasons
                    .Select(reason => $"Parameters alone may not suffice: {reason.TrimEnd('.')}; use -Mode Overlay"),
                .. notes.Warnings,
            ];
        }
        else
        {
            OverlayResult overlay = TemplateOverlay.Apply(
                bundle, set, servers.Where(server => server.PinnedImage is not null).Select(server => server.Member.Name)
                    .ToHashSet(StringComparer.Ordinal));
            violations.AddRange(overlay.Problems);
            (text, changes, warnings, volumes) = (overlay.Text, overlay.Changes, overlay.Warnings, overlay.Volumes);
            files = RestoredTemplate.Keep(bundle, text);
        }

        parameters = OverDefaults(parameters, bundle.Template);
        violations.AddRange(ParameterRules(parameters, bundle.Template));
        violations.AddRange(PublicKeys.Missing(parameters, bundle.Template, request.Parameters));
        string? outputs = request.OutputPath is { } path ? StackOutputsFile.Locate(path, stackName) : null;
        if (outputs is not null && StackOutputsFile.Obstacle(outputs) is { } obstacle)
        {
            violations.Add(obstacle);
        }

        return new RestoreSnapSetPlan
        {
            Set = set,
            Servers = servers,
            Mode = mode,
            Reasons = request.Mode is null ? choice.Reasons : ["-Mode requests it"],
            Changes = changes,
            Volumes = volumes,
            Warnings = warnings,
            OutsideFiles = bundle.OutsideFiles,
            OutputFile = outputs,
            Stack = new StackRequest
            {
                Name = stackName,
                Template = text,
                Files = files,
                Parameters = parameters,
                Environment = _given.Environment,
                Tags = [.. StackTags.ForSet(set.Id), .. request.Tags],
                Timeout = request.Timeout,
                Secrets =
                [
                    .. request.Secrets, .. TemplateSecrets.Of(bundle, parameters, _files.Variables), .. source.SecretsOf(_given.Environment),
                ],
            },
        };
    }

    private static PlannedServer Plan(SnapSetMember member, HeatTemplate template, JsonObject pins, string[] pinned)
    {
        TemplateServer? server = template.FindServer(member.Name);
        string? parameter = server?.ImageParameter ?? RoleParameters.Of(member.Role);
        return new PlannedServer(
            member, server?.ResourceName ?? member.Name,
            parameter is not null && pinned.Contains(parameter) ? pins[parameter]!["image"]!.ToString() : null);
    }

    private static JsonObject AddImages(JsonObject parameters, SnapSet set, string[] pinned, List<string> violations)
    {
        try
        {
            JsonObject images = ParameterOverrides.Of(set);
            foreach (string parameter in pinned)
            {
                images.Remove(parameter);
            }

            return ParameterSet.Merge(parameters, images);
        }
        catch (HotstackException e)
        {
            violations.Add(e.Message.TrimEnd('.'));
            return parameters;
        }
    }

    /// <summary>A given mapping replaces the whole default in Heat, so an image alone would lose the flavor. One of the blueprint is whole: the
    /// stack had no more.</summary>
    private JsonObject OverDefaults(JsonObject parameters, HeatTemplate template)
    {
        var defaults = new JsonObject();
        foreach ((string name, JsonNode? value) in parameters)
        {
            if (value is JsonObject && _files.Beneath[name] is not JsonObject && template.Parameters.GetValueOrDefault(name)?.Default is JsonObject @default)
            {
                defaults[name] = @default.DeepClone();
            }
        }

        return ParameterSet.Merge(defaults, parameters);
    }

    private static IEnumerable<string> ParameterRules(JsonObject parameters, HeatTemplate template)
    {
        string[] unknown = [.. parameters.Select(p => p.Key).Where(name => !template.Parameters.ContainsKey(name))
            .Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            yield return $"the template has no parameter {string.Join(", ", unknown)}; it has {Names(template)}";
        }

        string[] missing =
        [
            .. template.Parameters.Where(p => !p.Value.HasDefault && !parameters.ContainsKey(p.Key)
                && !PublicKeys.IsKey(p.Key)).Select(p => p.Key)
                .Order(StringComparer.Ordinal),
        ];
        if (missing.Length > 0)
        {
            yield return $"the template requires {string.Join(", ", missing)}: "
                + $"give it with -Parameter @{{ {missing[0]} = … }} or in a -ParameterFile";
        }

        foreach (string name in parameters.Where(p => IsMask(p.Value)).Select(p => p.Key).Order(StringComparer.Ordinal))
        {
            yield return $"the value of {name} is {ParameterFile.Mask}, which Heat shows instead of a hidden value: "
                + $"give the real value with -Parameter @{{ {name} = … }}";
        }
    }

    private static bool IsMask(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue(out string? shown) && shown == ParameterFile.Mask;

    private static string Names(HeatTemplate template) =>
        template.Parameters.Count == 0 ? "none" : string.Join(", ", template.Parameters.Keys.Order(StringComparer.Ordinal));
}

/// <summary>A stack as planned.</summary>
/// <param name="Plan">The stack.</param>
/// <param name="Bundle">The template, reduced to what Heat makes.</param>
/// <param name="Violations">Why it cannot be created, one sentence each.</param>
/// <param name="Comparison">How set and template differ.</param>
internal sealed record RestoreDraft(
    RestoreSnapSetPlan Plan, TemplateBundle Bundle, IReadOnlyList<string> Violations, SetComparison Comparison);
