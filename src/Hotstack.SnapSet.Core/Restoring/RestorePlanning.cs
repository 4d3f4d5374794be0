using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotstack.Configuration;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets;
using Hotstack.Templates;

namespace Hotstack.Restoring;

/// <summary>Puts template, parameters and set together to a stack, and reports all that is wrong with them at once.</summary>
internal sealed partial class RestorePlanning(Cloud cloud)
{
    private const string TagPrefix = "hotstack-snapset-";

    /// <summary>Upstream's playbook gives this variable under another name (roles/heat_stack/tasks/main.yml).</summary>
    private const string NodeKeyVariable = "dataplane_ssh_public_key";
    private const string NodeKeyParameter = "dataplane_ssh_pub_key";

    /// <exception cref="ViolationsException"><c>RestoreInputInvalid</c>.</exception>
    /// <exception cref="HotstackException">The template or a file cannot be used; there is no such set; <c>StackNameMissing</c>;
    /// <c>StackExists</c>; <c>StackNotChangeable</c>; <c>TemplateFilesNotAgreed</c>.</exception>
    /// <returns>Null if the user does not consent to the files that would be sent.</returns>
    public async Task<RestorePlan?> PlanAsync(RestoreSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        // What can be read here comes first: the cloud is not asked for what cannot be done anyway.
        TemplateBundle bundle = TemplateBundle.Load(request.TemplatePath, request.TemplateRoot);
        ParameterSet files = ParameterFiles.Load(request.ParameterFiles, request.Variables, InputFile.Opener(stop));
        TemplateSecrets.WarnOfFiles(files, bundle.Template, activity);
        string stackName = request.StackName ?? files.StackName ?? throw NameMissing(files);

        var sets = new RestorableSet(cloud);
        SnapSet set = await sets.FindAsync(request.SnapSetId, stop).ConfigureAwait(false);
        Stack? existing = await cloud.Stacks.FindAsync(stackName, stop).ConfigureAwait(false);
        bool isContinued = existing is not null && IsBegunFrom(set, existing) && !request.Force;
        if (existing is not null && !isContinued && (!request.Force || StackConflict.IsFixed(existing)))
        {
            throw StackConflict.With(existing, request.Force);
        }

        List<string> violations = [.. RequestRules(request, stackName), .. sets.Violations(set, request)];
        SnapSet usable = RestorableSet.Usable(set);
        RestorePlan plan = Compose(request, bundle, files, stackName, usable, violations);
        plan = plan with { Existing = existing, IsContinued = isContinued };
        if (violations.Count == 0 && !isContinued)
        {
            switch (await TemplateFilesConsent.AskAsync(request, bundle, cloud.Name, activity).ConfigureAwait(false))
            {
                case Consent.Refused:
                    return null;
                case Consent.OnlyShown:
                    plan = plan with { IsOnlyShown = true };
                    break;
            }

            plan = await new RestorePreflight(cloud).CheckAsync(plan, bundle, violations, activity, stop).ConfigureAwait(false);
        }

        if (violations.Count > 0)
        {
            throw new ViolationsException("RestoreInputInvalid", $"Stack '{stackName}' from SnapSet {set.Id}", violations);
        }

        sets.Warn(set, activity);
        Warn(plan, bundle, activity);
        return plan with { Set = set };
    }

    /// <summary>The tag by which a stack tells which set it was made from.</summary>
    internal static string TagOf(SnapSet set) => TagPrefix + set.Id;

    /// <summary>The id of the set that a tag of a stack tells; null if it tells none.</summary>
    internal static string? SetOfTag(string tag) =>
        tag.StartsWith(TagPrefix, StringComparison.Ordinal) && tag.Length > TagPrefix.Length ? tag[TagPrefix.Length..] : null;

    private static bool IsBegunFrom(SnapSet set, Stack stack) =>
        stack.Tags.Contains(TagOf(set), StringComparer.Ordinal) && stack.Status is "CREATE_IN_PROGRESS" or "CREATE_COMPLETE";

    private static RestorePlan Compose(
        RestoreSnapSetRequest request, TemplateBundle bundle, ParameterSet files, string stackName, SnapSet set, List<string> violations)
    {
        RestoreModeChoice choice = RestoreModes.Choose(bundle.Template, set);
        RestoreMode mode = request.Mode ?? choice.Mode;
        JsonObject pins = ParameterMerge.Merge(files.Overrides, request.Parameters);
        string[] pinned = [.. pins.Where(p => p.Value is JsonObject { } map && map["image"] is not null).Select(p => p.Key)];
        JsonObject parameters = ParameterMerge.Merge(files.For(bundle.Template), request.Parameters);
        AddNodeKey(parameters, files, bundle);

        PlannedServer[] servers = [.. set.Members.Select(member => Plan(member, bundle.Template, pins, pinned))];
        string text = bundle.Text;
        IReadOnlyList<string> changes = [];
        IReadOnlyList<string> warnings = [];
        IReadOnlyList<PlacedVolume> volumes = [];
        if (mode == RestoreMode.Parameter)
        {
            parameters = AddImages(parameters, set, pinned, violations);
            warnings = choice.Mode == RestoreMode.Parameter
                ? []
                : [.. choice.Reasons.Select(reason => $"Parameters alone may not be enough, since {reason.TrimEnd('.')}. -Mode Overlay takes care of that")];
        }
        else
        {
            OverlayResult overlay = TemplateOverlay.Apply(
                bundle, set, servers.Where(server => server.PinnedImage is not null).Select(server => server.Member.Name).ToHashSet(StringComparer.Ordinal));
            violations.AddRange(overlay.Problems);
            (text, changes, warnings, volumes) = (overlay.Text, overlay.Changes, overlay.Warnings, overlay.Volumes);
        }

        parameters = OverDefaults(parameters, bundle.Template);
        violations.AddRange(ParameterRules(parameters, bundle.Template));
        string? outputs = request.OutputPath is { } path ? StackOutputsFile.Locate(path, stackName) : null;
        if (outputs is not null && StackOutputsFile.Obstacle(outputs) is { } obstacle)
        {
            violations.Add(obstacle);
        }

        return new RestorePlan
        {
            Set = set,
            Servers = servers,
            Mode = mode,
            Reasons = request.Mode is null ? choice.Reasons : ["-Mode says so"],
            Changes = changes,
            Volumes = volumes,
            Warnings = warnings,
            OutsideFiles = bundle.OutsideFiles,
            OutputFile = outputs,
            Stack = new StackRequest
            {
                Name = stackName,
                Template = text,
                Files = bundle.Files,
                Parameters = parameters,
                Tags = ["hotstack", TagOf(set)],
                Timeout = request.Timeout,
                Secrets = [.. request.Secrets, .. TemplateSecrets.Of(bundle, parameters)],
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

            return ParameterMerge.Merge(parameters, images);
        }
        catch (HotstackException e)
        {
            violations.Add(e.Message.TrimEnd('.'));
            return parameters;
        }
    }

    /// <summary>Heat takes a mapping that is given instead of the default, so an image alone would lose the flavor.</summary>
    private static JsonObject OverDefaults(JsonObject parameters, HeatTemplate template)
    {
        var defaults = new JsonObject();
        foreach ((string name, JsonNode? value) in parameters)
        {
            if (value is JsonObject && template.Parameters.GetValueOrDefault(name)?.Default is JsonObject @default)
            {
                defaults[name] = @default.DeepClone();
            }
        }

        return ParameterMerge.Merge(defaults, parameters);
    }

    private static void AddNodeKey(JsonObject parameters, ParameterSet files, TemplateBundle bundle)
    {
        if (parameters[NodeKeyParameter] is null && bundle.Template.Parameters.ContainsKey(NodeKeyParameter)
            && files.Variables.GetValueOrDefault(NodeKeyVariable) is { } key)
        {
            parameters[NodeKeyParameter] = key.DeepClone();
        }
    }

    private static IEnumerable<string> ParameterRules(JsonObject parameters, HeatTemplate template)
    {
        string[] unknown = [.. parameters.Select(p => p.Key).Where(name => !template.Parameters.ContainsKey(name)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            yield return $"the template has no parameter {string.Join(", ", unknown)}; it has {Names(template)}";
        }

        string[] missing =
        [
            .. template.Parameters.Where(p => !p.Value.HasDefault && !parameters.ContainsKey(p.Key)).Select(p => p.Key).Order(StringComparer.Ordinal),
        ];
        if (missing.Length > 0)
        {
            yield return $"the template needs {string.Join(", ", missing)}: give it by -Parameter @{{ {missing[0]} = … }} or in a -ParameterFile";
        }
    }

    private static string Names(HeatTemplate template) =>
        template.Parameters.Count == 0 ? "none" : string.Join(", ", template.Parameters.Keys.Order(StringComparer.Ordinal));

    private static IEnumerable<string> RequestRules(RestoreSnapSetRequest request, string stackName)
    {
        if (!StackName().IsMatch(stackName))
        {
            yield return $"'{stackName}' is no name for a stack: it begins with a letter, and goes on with at most 254 letters, digits, _, . and -";
        }

        if (request.Timeout <= TimeSpan.Zero)
        {
            yield return $"the timeout must be longer than {request.Timeout}";
        }

        if (request.PollInterval < TimeSpan.FromSeconds(1))
        {
            yield return $"the poll interval must be at least one second, not {request.PollInterval}";
        }
    }

    private static void Warn(RestorePlan plan, TemplateBundle bundle, IActivity activity)
    {
        foreach (PlannedServer server in plan.Servers.Where(server => server.PinnedImage is not null))
        {
            activity.Warning(
                $"{server.Member.Name} starts from image {server.PinnedImage}, as the parameters say, and not from its own in SnapSet {plan.Set.Id}.");
        }

        IReadOnlyList<string> uncovered = MemberMatching.Of(bundle.Template, plan.Set).Uncovered;
        if (uncovered.Count > 0)
        {
            activity.Warning(
                $"SnapSet {plan.Set.Id} holds no image of {string.Join(", ", uncovered)}: from the template these start as new as at an installation.");
        }

        foreach (string warning in plan.Warnings)
        {
            activity.Warning($"{warning.TrimEnd('.')}.");
        }
    }

    private static HotstackException NameMissing(ParameterSet files) =>
        new(ErrorCause.InputInvalid, "StackNameMissing",
            $"The stack has no name{(files.StackNameProblem is { } why ? $": {why}" : "")}.")
        {
            Hint = "Give one with -StackName.",
        };

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_.-]{0,254}\\z")]
    private static partial Regex StackName();
}
