using Hotstack.OpenStack;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>Completes a set that lacks nothing but its blueprint without one. It needs neither the servers nor their stack, which may be
/// gone.</summary>
internal sealed class BlueprintWaiver
{
    private readonly Cloud _cloud;
    private readonly SnapSet _set;
    private readonly SnapSetFacts _facts;

    private BlueprintWaiver(Cloud cloud, SnapSet set, SnapSetFacts facts) => (_cloud, _set, _facts) = (cloud, set, facts);

    /// <summary>The set that a request completes in this way.</summary>
    /// <returns>Null if the request wants something else, or if the set lacks more.</returns>
    /// <exception cref="HotstackException">There is no such set (<c>SnapSetNotFound</c>), or it belongs to another project
    /// (<c>ProjectMismatch</c>); texts of the request cannot be recorded (<c>SnapSetDataInvalid</c>).</exception>
    public static async Task<BlueprintWaiver?> OfAsync(Cloud cloud, NewSnapSetRequest request, CancellationToken stop)
    {
        if (request is not { ResumeId: { } id, NoBlueprint: true, StartServers: false }
            || await new GetSnapSets(cloud).GetAsync(id, stop) is not { LacksOnlyBlueprint: true } set)
        {
            return null;
        }

        SnapSetFacts facts = set.Facts.Or(request.Facts);
        string[] violations = [.. facts.Violations()];
        return violations.Length == 0 ? new BlueprintWaiver(cloud, set, facts)
            : throw new ViolationsException("SnapSetDataInvalid", $"SnapSet {set.Id}", violations);
    }

    /// <summary>Asks, takes the mark of a blueprint from all images, and deletes what there is of one.</summary>
    /// <returns>The set; null if the user did not consent.</returns>
    public async Task<SnapSet?> RunAsync(IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        if (!await confirm($"SnapSet {_set.Id} ({string.Join(", ", _set.Members)})", "Complete it without its blueprint"))
        {
            return null;
        }

        await Fanout.ForEachAsync(
            _set.Members,
            async (member, token) =>
            {
                if (await _cloud.Images.FindAsync(member.ImageId, token) is { } image)
                {
                    await WriteAsync(image, token);
                }
            },
            stop);
        foreach (BlueprintImage left in _set.Blueprints)
        {
            activity.Verbose($"Deleting image {left.Image.Id}, a blueprint that the set does not use.");
            await _cloud.Images.DeleteAsync(left.Image.Id, stop);
        }

        return await new GetSnapSets(_cloud).GetAsync(SnapSetReference.To(_set), stop);
    }

    private async Task WriteAsync(Image image, CancellationToken stop)
    {
        var changes = _facts.ToMetadata().Append(new(BlueprintImage.MarkKey, ""))
            .Where(property => image.Properties.GetValueOrDefault(property.Key, "") != property.Value).ToDictionary();
        if (changes.Count > 0)
        {
            await _cloud.Images.ChangeAsync(image.Id, changes, [], null, stop);
        }
    }
}
