using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Imaging;
using Hotstack.Sandbox.Volumes;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Create;

namespace Hotstack.Bench;

/// <summary>A sandbox with any number of sets of three images, each as a set that was really made there.</summary>
internal static class ManySets
{
    public const int MembersOfEach = 3;

    /// <summary>So many stacks have sets.</summary>
    public const int Stacks = 10;

    /// <summary>More than all of them together span.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromDays(100);

    private const string Id = "hotstack_snap_id";

    public static async Task<Workplace> OpenAsync()
    {
        // All sets are copies of this one.
        var place = await Workplace.OpenAsync(new SandboxOptions { Scenario = Scenario.Multi, Speed = 1000, RecordBodies = false });
        place.Sandbox.Cloud.StopServers();
        using Cloud cloud = place.Connect();
        var source = new InstanceSource
        {
            Servers = [.. ((string[])["controller", "master0", "master1"]).Select(name => place.Sandbox.Cloud.Server(name).Name)], Roles = ["controller", "ocp_master", "ocp_master"],
        };
        IReadOnlyList<Instance> members = await new GetInstances(cloud).RunAsync(source, Silence.Instance, CancellationToken.None);
        await new NewSnapSet(cloud).RunAsync(
            new NewSnapSetRequest
            {
                Source = new() { Instances = members },
                PollInterval = TimeSpan.FromSeconds(1), Facts = new() { Scenario = "three-nodes" },
            },
            Silence.Instance, (_, _) => Task.FromResult(true), CancellationToken.None);
        return place;
    }

    /// <summary>Has the sandbox hold so many sets, of ten stacks in turns, each an hour older than the one before.</summary>
    /// <param name="place">A sandbox of this class.</param>
    /// <param name="count">How many.</param>
    /// <param name="old">How many of them are older than <see cref="Old"/>.</param>
    /// <param name="volumes">How many volume snapshots a set has.</param>
    public static void Fill(Workplace place, int count, int old = 0, int volumes = 0) => place.Sandbox.Cloud.Do(() =>
    {
        SandboxCloud cloud = place.Sandbox.Cloud;
        Image[] models = [.. cloud.ImageList.Where(i => i.Properties.ContainsKey(Id)).Take(MembersOfEach)];
        cloud.ImageList.RemoveAll(i => i.Properties.ContainsKey(Id) && !models.Contains(i));
        cloud.VolumeSnapshotList.Clear();
        for (int set = 1; set < count; set++)
        {
            string id = $"s{set:d7}";
            DateTimeOffset at = cloud.Now - TimeSpan.FromHours(set) - (set >= count - old ? Old : TimeSpan.Zero);
            foreach (Image model in models)
            {
                string modelId = model.Properties[Id];
                var copy = new Image
                {
                    Id = cloud.NewId(), Owner = model.Owner, CreatedAt = at, UpdatedAt = at,
                    Name = model.Name!.Replace(modelId, id, StringComparison.Ordinal), Status = model.Status,
                    Visibility = model.Visibility, VirtualSize = model.VirtualSize, MinDisk = model.MinDisk,
                    DiskFormat = model.DiskFormat, ContainerFormat = model.ContainerFormat, Data = model.Data,
                };
                copy.Tags.AddRange(model.Tags.Select(tag => tag.Replace(modelId, id, StringComparison.Ordinal)));
                foreach ((string key, string value) in model.Properties)
                {
                    copy.Properties[key] = value;
                }

                copy.Properties[Id] = id;
                copy.Properties["hotstack_created_at"] = $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
                copy.Properties["hotstack_stack_name"] = $"stack{set % Stacks}";
                if (copy.Properties["hotstack_name"].Contains("master0", StringComparison.Ordinal))
                {
                    AddVolumes(cloud, copy, id, volumes);
                }

                cloud.ImageList.Add(copy);
            }
        }
    });

    /// <summary>As the making of a set that includes volumes leaves them.</summary>
    private static void AddVolumes(SandboxCloud cloud, Image image, string id, int count)
    {
        image.Properties["hotstack_volumes"] = $"{count}";
        for (int k = 0; k < count; k++)
        {
            var volume = new Volume
            {
                Id = cloud.NewId(), Name = $"data{k}", ProjectId = image.Owner, UserId = "", Size = 20, CreatedAt = image.CreatedAt,
            };
            var snapshot = new VolumeSnapshot
            {
                Id = cloud.NewId(), Volume = volume, Name = $"hotstack-master0-volume{k}-snapshot-{id}", UserId = "",
                CreatedAt = image.CreatedAt, Status = "available",
            };
            (snapshot.Metadata[Id], snapshot.Metadata["hotstack_name"]) = (id, "master0");
            cloud.VolumeSnapshotList.Add(snapshot);
            image.Properties[$"hotstack_volume_{k}"] = $"snapshot={snapshot.Id},volume={volume.Id},device=/dev/vd{(char)('b' + k)},size=20";
        }
    }
}
