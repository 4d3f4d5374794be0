namespace Hotstack.Templates;

/// <summary>
/// A checkout of upstream's repository, recognised without git by what its first playbook needs
/// (https://github.com/openstack-k8s-operators/hotstack: 01-infra.yml runs the role heat_stack on a template of scenarios/).
/// </summary>
internal static class Checkout
{
    private static readonly string[] Files = ["01-infra.yml"];
    private static readonly string[] Folders = [Path.Combine("roles", "heat_stack"), "scenarios"];

    /// <summary>Whether a folder is the root of one.</summary>
    public static bool IsAt(string folder) => !Lacks(folder).Any();

    /// <summary>What a folder lacks to be one, by names in it.</summary>
    public static IEnumerable<string> Lacks(string folder) =>
        Files.Where(name => !File.Exists(Path.Combine(folder, name)))
            .Concat(Folders.Where(name => !Directory.Exists(Path.Combine(folder, name))));

    /// <summary>The root of the one around a folder; null if there is none.</summary>
    /// <param name="folder">An absolute path.</param>
    public static string? Around(string folder)
    {
        for (string? candidate = folder; candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            if (IsAt(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
