using Hotstack.Surface;

namespace Hotstack.Help;

/// <summary>The pages, what is published of them, and the cmdlets that they are of.</summary>
internal static class HelpSources
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "docs", "en-US");

    public static string About { get; } = Path.Combine(Folder, "about_Hotstack_SnapSet.md");

    public static IReadOnlyList<CmdletHelp> Pages { get; } = HelpFolder.ReadCmdlets(Folder);

    public static IReadOnlyList<CmdletSurface> Cmdlets { get; } = [.. CmdletTypes.Cmdlets.Select(CmdletSurface.Of)];

    /// <summary>Those that every cmdlet has, as far as the pages use them.</summary>
    public static IReadOnlyList<string> CommonParameters { get; } =
        ["ErrorAction", "ErrorVariable", "OutVariable", "WarningAction", "Verbose", "Debug", "Confirm", "WhatIf"];

    public static CmdletHelp Page(string cmdlet) => Pages.Single(p => p.Name == cmdlet);

    public static string TextOf(string cmdlet) => File.ReadAllText(Path.Combine(Folder, cmdlet + ".md"));
}
