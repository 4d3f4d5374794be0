namespace Hotstack.Templates;

/// <summary>Paths with all links in them resolved, as far as the path exists.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <exception cref="IOException">There are links in a circle.</exception>
    public static string Of(string absolutePath)
    {
        string root = Path.GetPathRoot(absolutePath)!;
        string current = root;
        var rest = new Stack<string>(Parts(absolutePath[root.Length..]).Reverse());
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"{absolutePath} goes through more than {MostLinks} links.");
            }

            if (Path.GetPathRoot(target) is { Length: > 0 } targetRoot)
            {
                current = targetRoot;
                target = target[targetRoot.Length..];
            }

            foreach (string inner in Parts(target).Reverse())
            {
                rest.Push(inner);
            }
        }

        return current;
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".");
}
