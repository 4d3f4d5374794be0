using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Compares what the template says of a volume with the volume that its snapshot is of. Changes nothing.</summary>
/// <remarks>
/// Whether Cinder takes another zone is the cloud's choice (<c>cloned_volume_same_az</c>; cinder: volume/flows/api/create_volume.py).
/// It takes another type only if both types name the same backend (cinder: volume/api.py). It tells users neither, so both
/// are warnings. What is not known is not compared.
/// </remarks>
internal sealed class VolumeSourceCheck(Cloud cloud)
{
    /// <returns>A sentence for each difference.</returns>
    public async Task<IReadOnlyList<string>> WarningsAsync(
        IReadOnlyList<PlacedVolume> placed, IReadOnlyList<PreviewedResource> resources, IActivity activity, CancellationToken stop)
    {
        PlacedVolume[] known = [.. placed.Where(volume => volume.Volume.VolumeId is not null).Select(volume => Resolved(volume, resources))];
        if (known.Length == 0)
        {
            return [];
        }

        IReadOnlyDictionary<string, Volume>? sources = await OptionalAnswer.AskAsync(
            () => ReadAsync(known, stop), "The zones and types of the volumes are not checked beforehand", activity);
        if (sources is null)
        {
            return [];
        }

        var pairs = known
            .Select(volume => (Placed: volume, Source: sources.GetValueOrDefault(volume.Volume.VolumeId!)))
            .Where(pair => pair.Source is not null)
            .Select(pair => (pair.Placed, Source: pair.Source!)).ToArray();
        IReadOnlyDictionary<string, string> types = await TypesAsync([.. pairs.Select(pair => pair.Placed)], activity, stop);
        return [.. pairs.SelectMany(pair => Warnings(pair.Placed, pair.Source, types))];
    }

    private static IEnumerable<string> Warnings(PlacedVolume placed, Volume source, IReadOnlyDictionary<string, string> types)
    {
        string what = $"{placed.Member}: the volume {placed.Resource}";
        if (placed.AvailabilityZone is { Length: > 0 } zone && source.AvailabilityZone is { Length: > 0 } old && zone != old)
        {
            yield return $"{what} is in the availability zone {zone} in the template, and its snapshot {placed.Volume.SnapshotId} is in {old}. "
                + $"Cinder refuses that unless the cloud allows it; write {old}, or no availability_zone";
        }

        string? type = placed.VolumeType is { Length: > 0 } written ? types.GetValueOrDefault(written, written) : null;
        bool isTypeKnown = type is not null && source.Type is { Length: > 0 } && !Guid.TryParse(type, out _);
        if (isTypeKnown && type != source.Type)
        {
            yield return $"{what} has the type {type} in the template, and its snapshot {placed.Volume.SnapshotId} has {source.Type}. "
                + $"Cinder refuses that unless both types have the same backend; write {source.Type}, or no volume_type";
        }
    }

    /// <summary>With the values of parameters, which Heat's preview tells.</summary>
    private static PlacedVolume Resolved(PlacedVolume volume, IReadOnlyList<PreviewedResource> resources) =>
        resources.FirstOrDefault(resource => resource.Name == volume.Resource && resource.Type == TemplateResources.VolumeType) is { } previewed
            ? volume with
            {
                AvailabilityZone = previewed.Property("availability_zone") ?? volume.AvailabilityZone,
                VolumeType = previewed.Property("volume_type") ?? volume.VolumeType,
            }
            : volume;

    private async Task<IReadOnlyDictionary<string, Volume>> ReadAsync(PlacedVolume[] placed, CancellationToken stop)
    {
        Volume?[] found = await Fanout.SelectAsync(
            placed.Select(volume => volume.Volume.VolumeId!).Distinct(), cloud.Volumes.FindVolumeAsync, stop);
        return found.OfType<Volume>().ToDictionary(volume => volume.Id, StringComparer.Ordinal);
    }

    /// <summary>A template can name a type by its id, and Cinder tells a volume's by its name.</summary>
    private async Task<IReadOnlyDictionary<string, string>> TypesAsync(PlacedVolume[] placed, IActivity activity, CancellationToken stop) =>
        placed.Any(volume => Guid.TryParse(volume.VolumeType, out _))
            ? await OptionalAnswer.AskAsync(
                () => cloud.Volumes.ListTypesAsync(stop), "The types of the volumes are not checked beforehand", activity)
                ?? new Dictionary<string, string>()
            : new Dictionary<string, string>();
}
