using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Networking;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Checks whether the cloud can create a planned stack. Changes nothing.</summary>
internal sealed class RestorePreflight(Cloud cloud)
{
    private const string ServerType = "OS::Nova::Server";

    /// <returns>The plan, completed from the cloud; violations are added to <paramref name="violations"/>.</returns>
    public async Task<RestoreSnapSetPlan> CheckAsync(
        RestoreSnapSetPlan plan, TemplateBundle bundle, StackPreview preview, List<string> violations, IActivity activity,
            CancellationToken stop)
    {
        IReadOnlyList<PreviewedResource> resources = preview.Resources;
        PreviewedResource[] servers = [.. resources.Where(r => r.Type == ServerType)];
        IReadOnlyList<Flavor>? known = await OptionalAnswer.AskAsync(
            () => cloud.Compute.ListFlavorsAsync(stop), "The flavors are not checked beforehand", activity);
        plan = plan with
        {
            Resources = resources,
            Servers =
            [
                .. plan.Servers.Select(server => server with
                {
                    Flavor = servers.FirstOrDefault(s => s.Name == server.ResourceName)?.Property("flavor")
                        ?? (bundle.Template.FindServer(server.ResourceName) is { } written
                            ? bundle.Template.FlavorOf(written, plan.Stack.Parameters) : null),
                }),
            ],
        };
        violations.AddRange(known is null ? [] : plan.Servers.SelectMany(server => FlavorViolations(server, known)));
        if (preview.Refusal is not null)
        {
            // Our violations name the member and the remedy; Heat reports only the first problem.
            violations.AddRange(violations.Count == 0 ? [$"Heat refuses it: {preview.Refusal}"] : []);
            return plan;
        }

        plan = plan with
        {
            Warnings = [.. plan.Warnings, .. await new VolumeSourceCheck(cloud).WarningsAsync(plan.Volumes, resources, activity, stop)],
        };
        if (plan.Existing is null)
        {
            IReadOnlyDictionary<string, long> needs = RestoreQuota.NeedsOf(
                resources, [.. servers.Select(s => s.Property("flavor") is { } name ? Find(known ?? [], name) : null).OfType<Flavor>()]);
            if (!plan.ReplacesStack)
            {
                violations.AddRange(await MacAddressViolationsAsync(plan, bundle, resources, stop));
                violations.AddRange(RestoreQuota.Violations(
                    await new RestoreQuota(cloud).ReadAsync(needs, activity, stop), needs, "the stack needs"));
            }

            return plan with { Needs = needs };
        }

        return plan.IsOnlyShown
            ? plan
            : plan with { ResourceChanges = await PreviewUpdateAsync(plan, activity, stop) };
    }

    /// <summary>Gets Heat's preview; a plan for display only is not sent.</summary>
    public async Task<StackPreview> PreviewAsync(RestoreSnapSetPlan plan, IActivity activity, CancellationToken stop)
    {
        if (plan.IsOnlyShown)
        {
            return new StackPreview([], null);
        }

        // Heat refuses the name of an existing stack; the preview does not depend on it.
        StackRequest request = plan is { Existing: null, ReplacesStack: false } ? plan.Stack : plan.Stack with { Name = $"preview-{Guid.NewGuid():N}" };
        try
        {
            IReadOnlyList<PreviewedResource>? resources = await OptionalAnswer.AskAsync(
                () => cloud.Stacks.PreviewAsync(request, stop),
                "Without Heat's preview the quotas, the addresses and the template's own flavors are not checked beforehand", activity,
                    IsRefusal);
            return new StackPreview(resources ?? [], null);
        }
        catch (ServiceException e) when (IsRefusal(e))
        {
            return new StackPreview([], e.Reason);
        }
    }

    /// <summary>Heat would refuse the stack for the same reason; other failures concern the preview only.</summary>
    private static bool IsRefusal(ServiceException e) => e.Status is 400 or 409 or 413 || e.Cause == ErrorCause.QuotaExceeded;

    private Task<ILookup<string, string>?> PreviewUpdateAsync(RestoreSnapSetPlan plan, IActivity activity, CancellationToken stop) =>
        OptionalAnswer.AskAsync(
            () => cloud.Stacks.PreviewUpdateAsync(plan.Existing!, plan.Stack, stop),
            "The changes of the existing resources are not known beforehand", activity);

    private static IEnumerable<string> FlavorViolations(PlannedServer server, IReadOnlyList<Flavor> known)
    {
        if (server.Flavor is not { } name)
        {
            yield break;
        }

        if (Find(known, name) is not { } flavor)
        {
            yield return $"{server.Member.Name}: there is no flavor '{name}'";
            yield break;
        }

        if (server.PinnedImage is not null)
        {
            yield break;
        }

        // 0 means a disk as large as the image; a server that boots from a volume does not use it.
        if (flavor.Disk > 0 && flavor.Disk < server.Member.MinDisk && !server.Member.IsVolumeBacked)
        {
            yield return $"{server.Member.Name}: flavor {flavor.Name} has {flavor.Disk} GiB of disk, "
                + $"but its image needs {server.Member.MinDisk}";
        }

        if (flavor.Ram < server.Member.MinRam)
        {
            yield return $"{server.Member.Name}: flavor {flavor.Name} has {flavor.Ram} MiB of memory, "
                + $"but its image needs {server.Member.MinRam}";
        }
    }

    private static Flavor? Find(IReadOnlyList<Flavor> known, string nameOrId) =>
        known.FirstOrDefault(f => f.Id == nameOrId || f.Name == nameOrId);

    /// <summary>Checks existing networks only; those of the stack itself are new and empty.</summary>
    private async Task<IEnumerable<string>> MacAddressViolationsAsync(
        RestoreSnapSetPlan plan, TemplateBundle bundle, IReadOnlyList<PreviewedResource> resources, CancellationToken stop)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var macs = new HashSet<string>(StringComparer.Ordinal);
        foreach (PlannedServer server in plan.Servers)
        {
            TemplatePort[] ports = [.. bundle.Template.FindServer(server.ResourceName)?.Ports ?? []];
            for (int i = 0; i < ports.Length; i++)
            {
                if (ports[i].NetworkResource is null && NetworkOf(server, ports[i], i, resources) is { } network)
                {
                    names.Add(network);
                    macs.UnionWith(server.Member.MacAddresses);
                }
            }
        }

        if (macs.Count == 0)
        {
            return [];
        }

        (string Id, string Name)[][] found = await Fanout.SelectAsync(
            names, async (name, token) => (await cloud.Network.FindNetworksAsync(name, token)).Select(id => (id, name)).ToArray(), stop);
        var networks = found.SelectMany(f => f).DistinctBy(network => network.Id)
            .ToDictionary(network => network.Id, network => network.Name);
        IReadOnlyList<Port> inUse = await cloud.Network.ListPortsByMacAddressAsync(macs, stop);
        return inUse.Where(port => networks.ContainsKey(port.NetworkId))
            .Select(port => $"the MAC address {port.MacAddress} is in use on network {networks[port.NetworkId]}, by port {port.Id}"
                + (port.DeviceId.Length > 0 ? $" of server {port.DeviceId}" : ""));
    }

    private static string? NetworkOf(PlannedServer server, TemplatePort port, int index, IReadOnlyList<PreviewedResource> resources)
    {
        string[] keys = ["network", "network_id", "uuid"];
        if (port.ResourceName is { } name)
        {
            PreviewedResource? resource = resources.FirstOrDefault(r => r.Name == name);
            return keys.Select(key => resource?.Property(key)).FirstOrDefault(network => network is not null);
        }

        PreviewedResource? owner = resources.FirstOrDefault(r => r.Name == server.ResourceName && r.Type == ServerType);
        JsonElement? item = owner?.Properties?.Items("networks").Skip(index).Select(network => (JsonElement?)network).FirstOrDefault();
        return keys.Select(key => item?.Text(key)).FirstOrDefault(network => network is not null);
    }
}

/// <summary>Compares a volume of the template with the volume of its snapshot. Changes nothing.</summary>
/// <remarks>Whether Cinder takes another zone is the cloud's choice (<c>cloned_volume_same_az</c>; cinder:
/// volume/flows/api/create_volume.py). It takes another type only if both types name the same backend (cinder: volume/api.py). Cinder
/// reports neither to users, so both are warnings. Unknown values are not compared.</remarks>
internal sealed class VolumeSourceCheck(Cloud cloud)
{
    /// <returns>A sentence for each difference.</returns>
    public async Task<IReadOnlyList<string>> WarningsAsync(
        IReadOnlyList<PlacedVolume> placed, IReadOnlyList<PreviewedResource> resources, IActivity activity, CancellationToken stop)
    {
        PlacedVolume[] known = [.. placed.Where(volume => volume.Volume.VolumeId is not null)
            .Select(volume => Resolved(volume, resources))];
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
            yield return $"{what} has the availability zone {zone} in the template, "
                + $"but its snapshot {placed.Volume.SnapshotId} is in {old}. "
                + $"Cinder refuses that unless the cloud allows it; write {old}, or no availability_zone";
        }

        string? type = placed.VolumeType is { Length: > 0 } written ? types.GetValueOrDefault(written, written) : null;
        bool isTypeKnown = type is not null && source.Type is { Length: > 0 } && !Guid.TryParse(type, out _);
        if (isTypeKnown && type != source.Type)
        {
            yield return $"{what} has the type {type} in the template, but its snapshot {placed.Volume.SnapshotId} has {source.Type}. "
                + $"Cinder refuses that unless both types have the same backend; write {source.Type}, or no volume_type";
        }
    }

    /// <summary>Resolves parameters by Heat's preview.</summary>
    private static PlacedVolume Resolved(PlacedVolume volume, IReadOnlyList<PreviewedResource> resources) =>
        resources.FirstOrDefault(resource => resource.Name == volume.Resource
            && resource.Type == TemplateResources.VolumeType) is { } previewed
            ? volume with
            {
                AvailabilityZone = previewed.Property("availability_zone") ?? volume.AvailabilityZone,
                VolumeType = previewed.Property("volume_type") ?? volume.VolumeType,
            }
            : volume;

    private async Task<IReadOnlyDictionary<string, Volume>> ReadAsync(PlacedVolume[] placed, CancellationToken stop)
    {
        string[] ids = [.. placed.Select(volume => volume.Volume.VolumeId!).Distinct()];
        IEnumerable<Volume> found = ids.Length == 1
            ? await cloud.Volumes.FindVolumeAsync(ids[0], stop) is { } only ? [only] : []
            : (await cloud.Volumes.ListVolumesIfAnsweredAsync(stop)).Where(volume => ids.Contains(volume.Id));
        return found.DistinctBy(volume => volume.Id).ToDictionary(volume => volume.Id, StringComparer.Ordinal);
    }

    /// <summary>A template can name a type by its id; Cinder reports a volume's type by name.</summary>
    private async Task<IReadOnlyDictionary<string, string>> TypesAsync(PlacedVolume[] placed, IActivity activity, CancellationToken stop) =>
        placed.Any(volume => Guid.TryParse(volume.VolumeType, out _))
            ? await OptionalAnswer.AskAsync(
                () => cloud.Volumes.ListTypesAsync(stop), "The types of the volumes are not checked beforehand", activity)
                ?? new Dictionary<string, string>()
            : new Dictionary<string, string>();
}
