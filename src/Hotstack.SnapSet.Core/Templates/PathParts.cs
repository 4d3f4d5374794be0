namespace Hotstack.Templates;

/// <summary>Real, absolute paths and how they lie to each other.</summary>
internal static class PathParts
{
    public static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison);

    /// <summary>The parts of a path from where it leaves the way to a folder: of <c>/a/b/c/x</c> and <c>/a/b/d</c>, <c>c</c> and
    /// <c>x</c>.</summary>
    public static string[] Leaving(string path, string folder)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar);
        string[] way = folder.Split(Path.DirectorySeparatorChar);
        int same = 0;
        while (same < Math.Min(parts.Length - 1, way.Length) && parts[same].Equals(way[same], Comparison))
        {
            same++;
        }

        return parts[same..];
    }
}
