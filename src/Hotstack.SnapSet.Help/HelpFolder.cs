namespace Hotstack.Help;

/// <summary>Builds the help from a folder of pages, and updates the pages.</summary>
internal static class HelpFolder
{
    public const string MamlFile = "Hotstack.SnapSet.dll-Help.xml";

    /// <summary>The folder of the pages in a source tree.</summary>
    public static string PagesIn(string root) => Path.Combine(root, "docs", "en-US");

    /// <summary>Reads all pages of cmdlets, in the order of their names.</summary>
    /// <exception cref="HelpSourceException">One does not fit the schema.</exception>
    public static IReadOnlyList<CmdletHelp> ReadCmdlets(string folder) =>
        [.. Pages(folder).Where(file => !IsAbout(file)).Select(file => PageReader.Read(file, File.ReadAllText(file)))];

    /// <summary>Writes the help.</summary>
    /// <param name="folder">Where the pages are.</param>
    /// <param name="output">The folder for the help; it is created if missing.</param>
    /// <param name="documentation">The address of the pages online; null if there is none.</param>
    /// <exception cref="HelpSourceException">A page does not fit the schema.</exception>
    public static void Build(string folder, string output, Uri? documentation = null)
    {
        string maml = MamlWriter.Write(ReadCmdlets(folder), documentation);
        (string File, string Text)[] topics = [.. Pages(folder).Where(IsAbout).Select(file =>
            (Path.GetFileNameWithoutExtension(file) + ".help.txt", AboutTopic.Write(file, File.ReadAllText(file))))];
        Directory.CreateDirectory(output);
        foreach ((string file, string text) in topics.Append((MamlFile, maml)))
        {
            File.WriteAllText(Path.Combine(output, file), text);
        }
    }

    /// <summary>Brings the pages of cmdlets up to date.</summary>
    /// <returns>The pages that changed.</returns>
    /// <exception cref="HelpSourceException">A page lacks a section to update.</exception>
    public static IEnumerable<string> Update(string folder, IEnumerable<CmdletSurface> cmdlets)
    {
        foreach (CmdletSurface cmdlet in cmdlets)
        {
            string file = Path.Combine(folder, cmdlet.Name + ".md");
            bool isNew = !File.Exists(file);
            string before = isNew ? PageUpdate.NewPage(cmdlet.Name) : File.ReadAllText(file);
            string after = PageUpdate.Apply(file, before, cmdlet);
            if (isNew || after != before)
            {
                File.WriteAllText(file, after);
                yield return $"{(isNew ? "new" : "changed")}: {file}";
            }
        }
    }

    private static IEnumerable<string> Pages(string folder) => Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal);

    private static bool IsAbout(string file) => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal);
}
