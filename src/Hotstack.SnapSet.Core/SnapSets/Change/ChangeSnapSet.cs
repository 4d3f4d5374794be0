using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;

namespace Hotstack.SnapSets.Change;

/// <summary>Changes what a user says of a set, and protects it: on each of its images.</summary>
public sealed class ChangeSnapSet(Cloud cloud)
{
    /// <summary>Reads the set, checks the result, asks, and writes the images that differ. A second call completes a first one that
    /// failed.</summary>
    /// <param name="id">The set, by its exact id.</param>
    /// <param name="request">What to change.</param>
    /// <param name="activity">Receives each image.</param>
    /// <param name="confirm">Asked once, before any image is changed; not if nothing differs.</param>
    /// <param name="stop">Cancels between two images.</param>
    /// <returns>The set after the change; null if the user did not consent.</returns>
    /// <exception cref="HotstackException"><c>SnapSetNotFound</c>; <c>ProjectMismatch</c>; <c>ChangeMissing</c>; <c>LabelInvalid</c>, with all reasons;
    /// <c>SnapSetBusy</c> while its images are made; <c>SnapSetNotChanged</c>, with the images that are not changed.</exception>
    public async Task<SnapSet?> RunAsync(
        SnapSetReference id, ChangeSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        if (request is { IsDescriptionGiven: false, Labels.Count: 0, IsProtected: null })
        {
            throw new HotstackException(ErrorCause.InputInvalid, "ChangeMissing", $"No change of SnapSet {id} was given.")
            {
                Target = id.Id,
                Hint = "Give -Description, -Label or -Protected.",
            };
        }

        var find = new GetSnapSets(cloud);
        SnapSet set = await find.GetAsync(id, stop);
        RequireImages(set);
        SnapSetFacts facts = set.Facts with
        {
            Description = request.IsDescriptionGiven ? request.Description : set.Description,
            Labels = set.Labels.With(request.Labels),
        };
        string[] violations = [.. facts.Violations()];
        if (violations.Length > 0)
        {
            throw new ViolationsException("LabelInvalid", $"SnapSet {set.Id}", violations)
            {
                Target = set.Id,
                Hint = "Fix the listed texts. Nothing was changed.",
            };
        }

        Image?[] images = await Fanout.SelectAsync(
            set.Members.Select(member => member.ImageId).Concat(set.Blueprints.Select(blueprint => blueprint.Image.Id)), cloud.Images.FindAsync, stop);
        ImageChange[] changes = [.. images.OfType<Image>().Select(image => ImageChange.Of(image, set, facts, request.IsProtected)).OfType<ImageChange>()];
        if (changes.Length == 0)
        {
            activity.Verbose($"SnapSet {set.Id} needs no change.");
            return set;
        }

        if (!await confirm($"SnapSet {set.Id} ({string.Join(", ", set.Members)}; {set.CreatedAt:u})", Describe(set, facts, request)))
        {
            return null;
        }

        await WriteAsync(set, changes, activity, stop);
        return await find.GetAsync(SnapSetReference.To(set), stop);
    }

    /// <summary>Before an image is ready, a write can lose its data or its tags (see <see cref="Image.IsReady"/>).</summary>
    private static void RequireImages(SnapSet set)
    {
        if (set.Members.Count == 0 || set.MayBeInTheMaking)
        {
            throw new HotstackException(
                ErrorCause.Conflict, "SnapSetBusy",
                $"SnapSet {set.Id} cannot be changed while its images are made: {string.Join("; ", set.Problems)}. Nothing was changed.")
            {
                Target = set.Id,
                Hint = $"Wait until it is complete, or complete it: New-HotstackSnapSet -Resume {CommandArgument.Of(set.Id)}.",
            };
        }
    }

    private async Task WriteAsync(SnapSet set, ImageChange[] changes, IActivity activity, CancellationToken stop)
    {
        string?[] failures = await Fanout.SelectAsync(
            changes,
            async (change, token) =>
            {
                try
                {
                    await WriteAsync(change, token);
                    activity.Verbose($"SnapSet {set.Id}: image {change.Image.Id} is changed.");
                    return null;
                }
                catch (HotstackException e) when (e.Cause != ErrorCause.AuthenticationFailed)
                {
                    return $"image {change.Image.Id}: {e.Message.TrimEnd('.')}";
                }
            },
            stop);
        if (failures.OfType<string>().ToArray() is { Length: > 0 } failed)
        {
            throw new ViolationsException(
                "SnapSetNotChanged", $"SnapSet {set.Id} was changed on {changes.Length - failed.Length} of {CountText.Of(changes.Length, "image")}",
                failed, ErrorCause.OperationFailed)
            {
                Target = set.Id,
                Hint = "Run the same command again: it changes the images that are left.",
            };
        }
    }

    /// <summary>If another user changed the image since it was read, it is read again, once.</summary>
    private async Task WriteAsync(ImageChange change, CancellationToken stop)
    {
        try
        {
            await change.WriteAsync(cloud, stop);
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.Conflict)
        {
            if (await cloud.Images.FindAsync(change.Image.Id, stop) is { } now && change.Again(now) is { } left)
            {
                await left.WriteAsync(cloud, stop);
            }
        }
    }

    private static string Describe(SnapSet set, SnapSetFacts facts, ChangeSnapSetRequest request)
    {
        string[] steps =
        [
            .. facts.Description != set.Description
                ? [facts.Description is null ? "remove the description" : $"set the description to '{facts.Description}'"] : Array.Empty<string>(),
            .. facts.Labels.Where(label => set.Labels.GetValueOrDefault(label.Key) != label.Value)
                .Select(label => $"set the label {label.Key} to '{label.Value}'"),
            .. set.Labels.Keys.Where(key => !facts.Labels.ContainsKey(key)).Select(key => $"remove the label {key}"),
            .. request.IsProtected is { } isProtected
                && set.Members.Select(member => member.IsProtected).Concat(set.Blueprints.Select(one => one.Image.IsProtected)).Any(now => now != isProtected)
                ? [isProtected ? "protect its images" : "end the protection of its images"] : Array.Empty<string>(),
        ];
        string text = steps.Length == 0 ? "write its description and labels on all its images" : string.Join(", ", steps);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}

/// <summary>What to change of a set; what is not given stays.</summary>
public sealed record ChangeSnapSetRequest
{
    /// <summary>Whether <see cref="Description"/> counts.</summary>
    public bool IsDescriptionGiven { get; init; }

    /// <summary>The description; null removes it.</summary>
    public string? Description { get; init; }

    /// <summary>Labels to set; a null text removes the label.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether Glance refuses to delete its images; null leaves that.</summary>
    public bool? IsProtected { get; init; }
}
