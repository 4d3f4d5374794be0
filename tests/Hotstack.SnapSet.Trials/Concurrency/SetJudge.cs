using Hotstack.OpenStack;
using Hotstack.Sandbox.Imaging;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;

namespace Hotstack.Trials.Concurrency;

/// <summary>What must hold of all sets in a cloud, whoever made them and whatever came between.</summary>
internal static class SetJudge
{
    private const string IdKey = "hotstack_snap_id";

    /// <param name="arena">The sandbox.</param>
    /// <param name="expected">Sets that were there before, or that a run said it made, and that nobody removed.</param>
    /// <param name="maybe">Sets of which something may be left, since a run said so.</param>
    /// <param name="cloud">Whose sets.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(
        Arena arena, IReadOnlyCollection<SnapSet> expected, IReadOnlyCollection<string> maybe, CancellationToken stop,
            string cloud = "sandbox")
    {
        var problems = new List<string>();
        Cloud connection = arena.Connect(cloud);
        IReadOnlyList<SnapSet> listed = await new GetSnapSets(connection).RunAsync(new GetSnapSetsRequest(), stop);
        foreach (SnapSet set in expected)
        {
            SnapSet? found = listed.FirstOrDefault(s => s.Id == set.Id);
            if (found?.State != SnapSetState.Complete)
            {
                problems.Add($"set {set.Id} is {found?.State ?? "gone"}, and was said to be whole{(found is null ? "" : $" ({string.Join("; ", found.Problems)})")}");
            }
            else if (!Ids(found).SequenceEqual(Ids(set)))
            {
                problems.Add($"set {set.Id} has other images than its maker was told");
            }
        }

        problems.AddRange(listed.Where(s => s.State == SnapSetState.Complete).SelectMany(s => Mixed(arena, s)));
        problems.AddRange(listed
            .Where(s => expected.All(e => e.Id != s.Id) && !maybe.Contains(s.Id))
            .Select(s => $"set {s.Id} was left behind ({s.State}, {s.Members.Count} images)"));
        return problems;
    }

    /// <summary>A complete set is one image of each of its servers, all of the same moment, and nobody else's.</summary>
    private static IEnumerable<string> Mixed(Arena arena, SnapSet set)
    {
        Image[] images = [.. set.Members.Select(m => arena.Sandbox.Cloud.Images.FirstOrDefault(i => i.Id == m.ImageId)).OfType<Image>()];
        if (images.Length != set.Members.Count || images.Any(i => i.Status != "active"))
        {
            yield return $"set {set.Id} is complete, but of its {set.Members.Count} images {images.Count(i => i.Status == "active")} are whole";
        }

        if (set.Members.Select(m => m.Name).Distinct().Count() != set.Members.Count || set.Members.Count != set.ExpectedMembers)
        {
            yield return $"set {set.Id} is complete with {set.Members.Count} images of {set.ExpectedMembers} members";
        }

        foreach (Image image in images)
        {
            string? name = image.Properties.GetValueOrDefault("hotstack_name");
            if (image.Properties.GetValueOrDefault(IdKey) is { } id && id != set.Id)
            {
                yield return $"set {set.Id} holds image {image.Id} of set {id}";
            }

            if (arena.Sandbox.Cloud.Servers.FirstOrDefault(s => s.Id == image.Properties.GetValueOrDefault("instance_uuid")) is { } server
                && server.GuestName != name)
            {
                yield return $"set {set.Id} holds as {name} an image of {server.GuestName}";
            }
        }

        if (images.Select(i => i.Disk?.Boots).Distinct().Count() > 1)
        {
            yield return $"set {set.Id} is complete, but its images are of different moments";
        }
    }

    private static IEnumerable<string> Ids(SnapSet set) => set.Members.Select(m => m.ImageId).Order(StringComparer.Ordinal);
}
