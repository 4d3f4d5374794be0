using System.Text.Json.Nodes;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Blueprints;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Where the template of a restore and its parameters come from: files, or the blueprint of the set.</summary>
/// <param name="Bundle">The template.</param>
/// <param name="Files">The parameters of the files, over those of the blueprint.</param>
internal sealed record RestoreSource(TemplateBundle Bundle, ParameterSet Files)
{
    /// <summary>What only an environment can give; null for nothing.</summary>
    public StackEnvironment? Environment { get; private init; }

    /// <summary>The parameters that only nested templates declare.</summary>
    private IReadOnlySet<string> Undeclared { get; init; } = new HashSet<string>();

    /// <summary>The parameters whose values Heat hides.</summary>
    private HashSet<string> Hidden { get; init; } = [];

    /// <summary>The parameters of the files alone, which the user chose.</summary>
    public ParameterSet OwnFiles => Files with { Beneath = [] };

    /// <summary>Reads the template that -Template or the files name.</summary>
    /// <returns>Null if they name none: the blueprint of the set is used.</returns>
    public static RestoreSource? OfFiles(RestoreSnapSetRequest request, ScenarioFiles scenario)
    {
        if (request.TemplatePath is null && !scenario.NamesTemplate)
        {
            return null;
        }

        TemplateBundle bundle = scenario.ReadTemplate(request.TemplatePath, request.TemplateRoot);
        return new RestoreSource(bundle, scenario.ParametersFor(bundle.Template, Replaced(request)));
    }

    /// <summary>Reads the blueprint of a set.</summary>
    /// <exception cref="HotstackException">The set has none (<c>TemplateMissing</c>); it cannot be used (<c>BlueprintDamaged</c>,
    /// <c>BlueprintVersionUnknown</c>, <c>BlueprintOfAnotherSet</c>, <c>BlueprintNotPrivate</c>, <c>BlueprintMissing</c>); hidden
    /// parameters are not given (<c>HiddenParameterMissing</c>).</exception>
    public static async Task<RestoreSource> OfSetAsync(
        Cloud cloud, SnapSet set, RestoreSnapSetRequest request, ScenarioFiles scenario, IActivity activity, CancellationToken stop)
    {
        Blueprint blueprint = await new BlueprintStore(cloud, activity).ReadAsync(set, stop)
            ?? throw ScenarioFiles.TemplateNotNamed($"SnapSet {set.Id} has no blueprint");
        TemplateBundle bundle = TemplateBundle.OfJson(blueprint.Title, BlueprintErrors.DamagedId, blueprint.Template, blueprint.Files);
        ParameterSet files = scenario.ParametersFor(bundle.Template, Replaced(request), blueprint.Undeclared(bundle.Template)) with
        {
            Beneath = blueprint.ParametersFor(bundle.Template),
        };
        var source = new RestoreSource(bundle, files)
        {
            Environment = blueprint.Environment with { Parameters = [] },
            Undeclared = blueprint.Undeclared(bundle.Template),
            Hidden = blueprint.Hidden.ToHashSet(StringComparer.Ordinal),
        };
        (JsonObject given, StackEnvironment? environment) = source.With(request.Parameters);
        string[] missing = [.. blueprint.Hidden.Where(name => !given.ContainsKey(name) && environment?.Defaults.ContainsKey(name) != true)];
        if (missing.Length > 0)
        {
            throw BlueprintErrors.HiddenMissing(set.Id, missing);
        }

        activity.Verbose($"Template and parameters are those of the set's blueprint, read from stack '{blueprint.StackName}' at "
            + $"{TimeText.Of(blueprint.ReadAt)}.");
        return source.WithImagesOf(RestorableSet.Usable(set));
    }

    /// <summary>The parameters of the files with these over them, and what only an environment can give.</summary>
    /// <remarks>A parameter that only nested templates declare is given as a default of the environment: Heat refuses it among the
    /// parameters.</remarks>
    public (JsonObject Parameters, StackEnvironment? Environment) With(JsonObject parameters)
    {
        JsonObject given = ParameterSet.Merge(Files.For(Bundle.Template), parameters);
        StackEnvironment? environment = Environment is null ? null : Environment with
        {
            Defaults = ParameterSet.Merge(ParameterSet.Merge(Environment.Defaults, Files.Defaults), Only(given, Undeclared.Contains)),
        };
        // A file that Heat printed has masks.
        return (Only(given, name => !Undeclared.Contains(name)), environment?.Without(new HashSet<string>()));
    }

    /// <summary>The texts of an environment's defaults that no message may show.</summary>
    public IEnumerable<string> SecretsOf(StackEnvironment? environment) => environment is null ? []
        : TemplateSecrets.Of(environment.Defaults, name => Hidden.Contains(name) || Bundle.Template.Parameters.GetValueOrDefault(name)?.IsHidden == true);

    private static JsonObject Only(JsonObject values, Func<string, bool> isMeant) =>
        new(values.Where(p => isMeant(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    /// <summary>Puts the members' images in place of those in the blueprint's parameters, which may be deleted: Heat checks an image that a
    /// parameter names even if the template does not use it any more. Not if other servers boot from it too.</summary>
    private RestoreSource WithImagesOf(SnapSet set)
    {
        var beneath = (JsonObject)Files.Beneath.DeepClone();
        foreach (IGrouping<string?, TemplateServer> image in Bundle.Template.Servers.Where(server => server.ImageParameter is not null)
            .GroupBy(server => server.ImageParameter))
        {
            string? key = image.First().ImageKey;
            SnapSetMember?[] members = [.. image.Select(server => set.Members.FirstOrDefault(
                member => Bundle.Template.FindServer(member.Name) == server))];
            if (members.Contains(null) || image.Any(server => server.ImageKey != key))
            {
                continue;
            }

            if (key is null)
            {
                beneath[image.Key!] = members[0]!.ImageId;
            }
            else if (beneath[image.Key!] is JsonObject map && map.ContainsKey(key))
            {
                map[key] = members[0]!.ImageId;
            }
        }

        return this with { Files = Files with { Beneath = beneath } };
    }

    /// <summary>A value of -Parameter replaces a file's, unless both are mappings, which are merged.</summary>
    private static HashSet<string> Replaced(RestoreSnapSetRequest request) =>
        [.. request.Parameters.Where(p => p.Value is not JsonObject).Select(p => p.Key)];
}
