using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;
using System.Text.RegularExpressions;

namespace Hotstack.SnapSets.Restore;

/// <summary>Plans a stack of template, parameters and set, and reports all violations at once.</summary>
internal sealed partial class RestoreSnapSetPlanner(Cloud cloud)
{
    /// <exception cref="ViolationsException"><c>RestoreInputInvalid</c>.</exception>
    /// <exception cref="HotstackException">The template or a file cannot be used; <c>TemplateMissing</c>; <c>SnapSetNotFound</c>; <c>StackNameMissing</c>;
    /// <c>StackExists</c>; <c>StackNotChangeable</c>; <c>TemplateFilesNotAgreed</c>.</exception>
    /// <returns>Null if the user does not consent to sending files.</returns>
    public async Task<RestoreSnapSetPlan?> PlanAsync(RestoreSnapSetRequest request, IActivity activity, CancellationToken stop)
    {
        // Local files are checked before any request to the cloud.
        ScenarioFiles scenario = request.Scenario
            ?? ScenarioFiles.Read(request.ParameterFiles, request.Variables, null, activity, stop);
        var sets = new RestorableSet(cloud);
        Task<SnapSet>? finding = null;
        if (RestoreSource.OfFiles(request, scenario) is not { } source)
        {
            finding = sets.FindAsync(request.SnapSetId, stop);
            source = await RestoreSource.OfSetAsync(cloud, await finding, request, scenario, activity, stop);
        }

        (TemplateBundle bundle, ParameterSet files) = source;
        TemplateSecrets.WarnOfFiles(files, bundle.Template, activity);
        string stackName = request.StackName ?? files.StackName ?? throw NameMissing(files);
        finding ??= sets.FindAsync(request.SnapSetId, stop);
        Task<Stack?> conflicting = request.ReplacesStack ? Task.FromResult<Stack?>(null) : cloud.Stacks.FindAsync(stackName, stop);
        await Task.WhenAll(finding, conflicting);
        (SnapSet set, Stack? existing) = (await finding, await conflicting);
        bool isContinued = existing is not null && IsBegunFrom(set, existing) && !request.Force;
        if (existing is not null && !isContinued && (!request.Force || StackConflict.IsFixed(existing)))
        {
            throw StackConflict.With(existing, request.Force);
        }

        List<string> violations = [.. RequestRules(request, stackName), .. sets.Violations(set, request)];
        SnapSet usable = VolumeExclusion.Apply(RestorableSet.Usable(set), request.ExcludedVolumes, violations);
        var images = new ParameterImages(cloud, set, bundle.Template);
        violations.AddRange(await images.ForeignAsync(source.OwnFiles.For(bundle.Template), request.Parameters, stop));
        var composition = new RestoreComposer(request, source, stackName, usable,
            images.OfSet(ParameterSet.Merge(files.Overrides, request.Parameters)));
        RestoreDraft draft = composition.Compose();
        if (isContinued && draft.Bundle.Presence.Unknown.Count > 0)
        {
            draft = composition.Compose(await ListedAsync(existing!, stop));
        }

        // A stack that exists is not compared: its servers are there.
        violations.AddRange([.. draft.Violations, .. isContinued ? [] : draft.Comparison.Violations(request)]);
        draft = draft with
        {
            Plan = draft.Plan with { Existing = existing, IsContinued = isContinued, ReplacesStack = request.ReplacesStack },
        };
        if (violations.Count == 0 && !isContinued)
        {
            switch (await TemplateFilesConsent.AskAsync(request, bundle, cloud.Name, activity))
            {
                case Consent.Refused:
                    return null;
                case Consent.OnlyShown:
                    draft = draft with { Plan = draft.Plan with { IsOnlyShown = true } };
                    break;
            }

            draft = await CheckAsync(request, composition, draft, violations, activity, stop);
        }

        if (violations.Count > 0)
        {
            throw new ViolationsException("RestoreInputInvalid", $"Stack '{stackName}' from SnapSet {set.Id}", violations);
        }

        sets.Warn(set, activity);
        Warn(draft, activity);
        return draft.Plan with { Set = set };
    }

    /// <summary>Gets Heat's preview, composes the stack again if its resources differ from the draft, and checks the result.</summary>
    private async Task<RestoreDraft> CheckAsync(
        RestoreSnapSetRequest request, RestoreComposer composition, RestoreDraft draft, List<string> violations, IActivity activity,
        CancellationToken stop)
    {
        var preflight = new RestorePreflight(cloud);
        StackPreview preview = await preflight.PreviewAsync(draft.Plan, activity, stop);
        if (preview.Differs(draft))
        {
            draft = composition.Compose(preview.Listed, draft.Plan);
            violations.AddRange([.. draft.Violations, .. draft.Comparison.Violations(request)]);
            preview = violations.Count > 0 ? preview : await preflight.PreviewAsync(draft.Plan, activity, stop);
        }

        string[] open = [.. PreviewRules.Open(draft, preview)];
        if (violations.Count > 0 || (open.Length > 0 && !draft.Plan.IsOnlyShown))
        {
            violations.AddRange(open);
            return draft;
        }

        RestoreSnapSetPlan plan = draft.Plan with { Warnings = [.. draft.Plan.Warnings, .. open] };
        return draft with { Plan = await preflight.CheckAsync(plan, draft.Bundle, preview, violations, activity, stop) };
    }

    /// <summary>The resources of an existing stack, by name and type.</summary>
    private async Task<IReadOnlySet<(string Name, string Type)>> ListedAsync(Stack stack, CancellationToken stop) =>
        (await cloud.Stacks.ListResourcesAsync(stack, stop))
            .Where(resource => resource.Parent is null)
            .Select(resource => (resource.Name, resource.Type)).ToHashSet();

    private static bool IsBegunFrom(SnapSet set, Stack stack) =>
        stack.Tags.Contains(StackTags.Of(set.Id), StringComparer.Ordinal) && stack.Status is "CREATE_IN_PROGRESS" or "CREATE_COMPLETE";

    private static IEnumerable<string> RequestRules(RestoreSnapSetRequest request, string stackName)
    {
        if (!StackName().IsMatch(stackName))
        {
            yield return $"'{stackName}' is not a valid stack name: "
                + "it must begin with a letter, followed by at most 254 letters, digits, _, . and -";
        }

        if (request.Timeout <= TimeSpan.Zero)
        {
            yield return $"the timeout must be greater than {request.Timeout}";
        }

        if (request.PollInterval < TimeSpan.FromSeconds(1))
        {
            yield return $"the poll interval must be at least one second, not {request.PollInterval}";
        }
    }

    private static void Warn(RestoreDraft draft, IActivity activity)
    {
        RestoreSnapSetPlan plan = draft.Plan;
        foreach (PlannedServer server in plan.Servers.Where(server => server.PinnedImage is not null))
        {
            activity.Warning(
                $"{server.Member.Name} boots from image {server.PinnedImage} of the parameters, "
                    + $"not from its own in SnapSet {plan.Set.Id}.");
        }

        string[] uncovered =
            [.. MemberMatching.Of(draft.Bundle.Template, plan.Set).Uncovered.Where(name => !draft.Bundle.Presence.Unknown.Contains(name))];
        if (uncovered.Length > 0)
        {
            activity.Warning(
                $"SnapSet {plan.Set.Id} has no image of {string.Join(", ", uncovered)}: "
                    + "these boot from the template's own images, as for an installation.");
        }

        foreach (string warning in plan.Warnings)
        {
            activity.Warning($"{warning.TrimEnd('.')}.");
        }

        foreach (string unknown in draft.Comparison.Unknown())
        {
            activity.Verbose($"{unknown}.");
        }
    }

    private static HotstackException NameMissing(ParameterSet files) =>
        new(ErrorCause.InputInvalid, "StackNameMissing",
            $"The stack has no name{(files.StackNameProblem is { } why ? $": {why}" : "")}.")
        {
            Hint = "Give a name with -StackName.",
        };

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_.-]{0,254}\\z")]
    private static partial Regex StackName();

    /// <summary>Refuses a stack while it is unknown whether Heat creates its servers.</summary>
    private static class PreviewRules
    {
        /// <summary>What is unknown or unplanned about the restored servers, one sentence each.</summary>
        public static IEnumerable<string> Open(RestoreDraft draft, StackPreview preview)
        {
            if (preview.Refusal is not null)
            {
                yield break;
            }

            HashSet<string> needed = [.. draft.Plan.Servers.SelectMany(server => NamesOf(server, draft.Bundle.Template))];
            if (preview.Differs(draft))
            {
                yield return "a condition of the template depends on the set's images, so the created resources change with them: "
                    + "remove such conditions from the template";
            }
            else if (!preview.IsKnown && needed.Intersect(draft.Bundle.Presence.Unknown).Order(StringComparer.Ordinal)
                .ToArray() is { Length: > 0 } unknown)
            {
                yield return $"whether Heat creates {string.Join(", ", unknown)} depends on a condition that only Heat can evaluate, "
                    + "and its preview lists no resources";
            }

            foreach (PlannedServer planned in preview.IsKnown ? draft.Plan.Servers : [])
            {
                if (!preview.Listed.Contains((planned.ResourceName, TemplateResources.ServerType)))
                {
                    yield return $"{planned.Member.Name}: Heat does not create the server {planned.ResourceName} of this template";
                }
            }
        }

        private static IEnumerable<string> NamesOf(PlannedServer planned, HeatTemplate template) =>
            template.FindServer(planned.ResourceName) is { } server
                ? [server.ResourceName, .. server.Ports.Select(port => port.ResourceName).OfType<string>(), .. server.VolumeResources]
                : [planned.ResourceName];
    }

    /// <summary>The error for an existing stack of the same name, with a hint for its state.</summary>
    private static class StackConflict
    {
        /// <summary>Heat updates no stack whose last action is a suspend or a delete, even a failed one (heat: engine/service.py,
        /// update_stack).</summary>
        public static bool IsFixed(Stack stack) => stack.Action is "DELETE" or "SUSPEND";

        /// <param name="existing">The stack.</param>
        /// <param name="isForced">The user asked to change it.</param>
        public static HotstackException With(Stack existing, bool isForced)
        {
            string found = $"Stack '{existing.Name}' exists already ({existing.Status})";
            string reason = existing is { IsFailed: true, StatusReason: { } told } ? $": {told.TrimEnd('.')}" : "";
            return isForced
                ? new(ErrorCause.Conflict, "StackNotChangeable", $"{found}{reason}. Heat cannot change it in that state.")
                {
                    Target = existing.Name,
                    Hint = Hint(existing),
                }
                : new(ErrorCause.AlreadyExists, "StackExists", $"{found}{(IsFixed(existing) ? reason : "")}. It was not changed.")
                {
                    Target = existing.Name,
                    Hint = Hint(existing),
                };
        }

        private static string Hint(Stack existing) => existing switch
        {
            { Action: "DELETE", IsInProgress: true } => "Wait until Heat has deleted it and restore again, or use another -StackName.",
            { Action: "DELETE" } =>
                $"Delete it again with 'Remove-HotstackStack {CommandArgument.OfPattern(existing.Name)}{(StackFacts.SetIdOf(existing) is null ? " -Force" : "")}' and restore again, "
                    + "or use another -StackName.",
            { Action: "SUSPEND" } =>
                $"Run 'openstack stack resume {CommandArgument.Of(existing.Name)}' to use it, delete it first, or use another -StackName.",
            _ => "Use another -StackName, delete that stack first, or change it with -Force: "
                + "its servers are rebuilt from the set's images, "
                + "and the data on their disks is lost.",
        };
    }

    /// <summary>Asks for consent to files outside the template's folder, which a reader of the template may not expect.</summary>
    private static class TemplateFilesConsent
    {
        /// <exception cref="HotstackException"><c>TemplateFilesNotAgreed</c>: no prompt is possible.</exception>
        public static async Task<Consent> AskAsync(RestoreSnapSetRequest request, TemplateBundle bundle, string cloud, IActivity activity)
        {
            if (bundle.OutsideFiles.Count == 0 || request.TemplateRoot is not null)
            {
                return Consent.Given;
            }

            DisplayText files = DisplayText.Lines(
                bundle.OutsideFiles.Select(file => $"  {file}").Prepend($"Send files from outside its folder to cloud '{cloud}':"));
            Consent consent = request.ConsentToSend is { } ask ? await ask($"Template {bundle.Path}", files) : Consent.NotPossible;
            switch (consent)
            {
                case Consent.NotPossible:
                    throw new HotstackException(
                        ErrorCause.InputInvalid, "TemplateFilesNotAgreed",
                        $"Template {bundle.Path} names files outside its own folder, "
                            + $"and without a prompt nobody can consent to sending them to cloud '{cloud}': "
                        + $"{string.Join(", ", bundle.OutsideFiles)}. Nothing was sent.")
                    {
                        Target = bundle.Path,
                        Hint = "To send them, give -TemplateRoot a folder that holds the template and these files.",
                    };
                case Consent.OnlyShown:
                    activity.Warning(
                        $"Heat's preview is skipped, "
                            + $"because it would send files from outside the template's folder: {string.Join(", ", bundle.OutsideFiles)}. "
                        + "Resources, quotas and addresses are not checked beforehand; use -TemplateRoot to check them.");
                    break;
            }

            return consent;
        }
    }
}
