using System.Text.RegularExpressions;
using Xunit;

namespace Hotstack.Surface;

/// <summary>The rooms of Core (folders, which are namespaces), and what each may use: docs/architecture.md shows them.</summary>
public sealed partial class RoomTests
{
    private const int MaxFiles = 20;

    /// <summary>Its members have to be found before KubernetesClient's of the same names: it stands in the namespace that encloses all.</summary>
    private const string OfAllRooms = "ObjectMetadata";

    /// <summary>Each room at the top, and those that it may use. All may use the basics, which lie in no room.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Configuration"] = [],
        ["Processes"] = ["Configuration"],
        ["Http"] = ["Configuration"],
        ["Ssh"] = ["Http", "Processes", "Configuration"],
        ["OpenStack"] = ["Http", "Configuration"],
        ["OpenShift"] = ["Http", "Processes", "Configuration"],
        ["Templates"] = ["OpenStack", "Configuration"],
        ["Deployments"] = ["OpenStack", "OpenShift", "Templates", "Ssh", "Http", "Configuration"],
        ["SnapSets"] = ["Deployments", "OpenStack", "Templates", "Http", "Configuration"],
        ["Clusters"] = ["Deployments", "OpenStack", "OpenShift", "Http", "Configuration"],
        ["Playbooks"] = ["SnapSets", "OpenStack", "Processes", "Configuration"],
        ["Runs"] = ["SnapSets", "Clusters", "Deployments", "OpenStack", "OpenShift"],
        ["Reports"] = ["SnapSets", "Clusters", "Deployments", "Configuration"],
        ["Suggestions"] = ["SnapSets", "Clusters", "Deployments", "Templates", "OpenStack", "OpenShift"],
    };

    private static readonly (string Room, string File, string[] Uses)[] Files = [.. Read()];

    [Fact]
    public void A_room_uses_only_rooms_below_it() => Assert.Empty(
        from file in Files
        let top = Top(file.Room)
        from used in file.Uses
        where top is "" || (Top(used) != top && !Arrows[top].Contains(Top(used)))
        select $"{file.File} uses {used}");

    [Fact]
    public void Rooms_side_by_side_use_each_other_in_one_direction()
    {
        ILookup<string, string> uses = Files.SelectMany(file => file.Uses.Select(used => (file.Room, used))).Distinct()
            .Where(edge => !Encloses(edge.Room, edge.used) && !Encloses(edge.used, edge.Room))
            .ToLookup(edge => edge.Room, edge => edge.used);

        Assert.DoesNotContain(uses.Select(room => room.Key), room => Reaches(uses, room, room, []));
    }

    [Fact]
    public void Each_namespace_is_its_folder_but_for_the_published_names()
    {
        string aliases = File.ReadAllText(Path.Combine(Repository.Root, "src/Hotstack.SnapSet.Core/PublishedNames.cs"));
        Assert.Empty(
            from path in Sources("Hotstack.SnapSet.Core")
            let text = File.ReadAllText(path)
            let name = NamespaceLine().Match(text).Groups[1].Value
            let expected = $"Hotstack.{RoomOf(path)}".TrimEnd('.')
            where name.Length > 0 && name != expected
                && !aliases.Contains($"{name}.{Path.GetFileNameWithoutExtension(path)};", StringComparison.Ordinal)
                && !IsPublished(name, path) && Path.GetFileNameWithoutExtension(path) != OfAllRooms
            select $"{path}: {name}");
    }

    [Theory]
    [InlineData("Hotstack.SnapSet.Core")]
    [InlineData("Hotstack.SnapSet")]
    [InlineData("Hotstack.SnapSet.Sandbox")]
    [InlineData("Hotstack.SnapSet.Help")]
    public void A_folder_has_so_many_files_as_one_reads(string project) => Assert.Empty(
        Sources(project).GroupBy(Path.GetDirectoryName).Where(folder => folder.Count() > MaxFiles)
            .Select(folder => $"{folder.Key}: {folder.Count()} files"));

    /// <summary>An output type of a cmdlet: views and saved objects name it.</summary>
    private static bool IsPublished(string name, string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, "Hotstack.SnapSet.Format.ps1xml"))
            .Contains($"<TypeName>{name}.{Path.GetFileNameWithoutExtension(path)}</TypeName>", StringComparison.Ordinal);

    private static bool Reaches(ILookup<string, string> uses, string from, string to, HashSet<string> seen) =>
        uses[from].Any(next => next == to || (seen.Add(next) && Reaches(uses, next, to, seen)));

    private static bool Encloses(string outer, string inner) => inner.StartsWith(outer + ".", StringComparison.Ordinal);

    private static string Top(string room) => room.Split('.')[0];

    private static IEnumerable<(string Room, string File, string[] Uses)> Read() =>
        from path in Sources("Hotstack.SnapSet.Core")
        where Path.GetFileName(path) != "PublishedNames.cs"
        let room = RoomOf(path)
        select (room, path, UsingLine().Matches(File.ReadAllText(path)).Select(line => line.Groups[1].Value).Where(used => used != room)
            .ToArray());

    private static string RoomOf(string path) => Path.GetDirectoryName(
        Path.GetRelativePath(Path.Combine(Repository.Root, "src", "Hotstack.SnapSet.Core"), path))!.Replace(Path.DirectorySeparatorChar,
            '.');

    private static string[] Sources(string project)
    {
        string folder = Path.Combine(Repository.Root, "src", project);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !BuildFolder().IsMatch(Path.GetRelativePath(folder, path).Replace('\\', '/')))];
    }

    [GeneratedRegex(@"^using (?:static )?Hotstack\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex("^(obj|bin)/")]
    private static partial Regex BuildFolder();
}
