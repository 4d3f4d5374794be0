using Hotstack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>
/// Which kubeconfig files are used, as kubectl chooses them:
/// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/.
/// </summary>
internal static class KubeconfigFiles
{
    private const string Variable = "KUBECONFIG";

    private const string Hint = "Name one with -Kubeconfig, or in the variable KUBECONFIG. Where Hotstack installed the cluster, its"
        + " kubeconfig is on the controller, as ~/.kube/config; the installer leaves it as auth/kubeconfig.";

    /// <param name="sources">Where to look.</param>
    /// <param name="path">The only file to use; null for those of the variable, or else the one in the home directory.</param>
    /// <param name="activity">Gets the files that do not exist.</param>
    /// <returns>At least one, best first.</returns>
    /// <exception cref="HotstackException"><c>KubeconfigNotFound</c>, <c>KubeconfigInvalid</c>.</exception>
    public static IReadOnlyList<KubeconfigFile> Read(ConfigurationSources sources, string? path, IActivity? activity)
    {
        if (path is not null)
        {
            Refuse("-Kubeconfig", path);
            string file = sources.Resolve(path);
            return [KubeconfigFile.Read(sources, file)
                ?? throw NotFound($"The kubeconfig {PathValue.Shown(file)} does not exist.", PathValue.Shown(file))];
        }

        return sources.Variable(Variable) is { } list ? OfVariable(sources, list, activity) : [OfHome(sources)];
    }

    /// <summary>
    /// The variable names a file by a relative path, which is another file in every folder: whoever wrote the one here
    /// chose the cluster.
    /// </summary>
    public static bool IsOfCurrentDirectory(ConfigurationSources sources, IReadOnlyList<string> files) =>
        sources.Variable(Variable) is { } list && Named(sources, list)
            .Where(path => !path.StartsWith('~') && !sources.IsAbsolute(path))
            .Any(path => files.Contains(sources.Resolve(path)));

    private static List<KubeconfigFile> OfVariable(ConfigurationSources sources, string list, IActivity? activity)
    {
        Refuse(Variable, list);
        var found = new List<KubeconfigFile>();
        var missing = new List<string>();
        foreach (string path in Listed(sources, list))
        {
            if (KubeconfigFile.Read(sources, path) is { } file)
            {
                found.Add(file);
            }
            else
            {
                missing.Add(PathValue.Shown(path));
            }
        }

        if (found.Count == 0)
        {
            throw NotFound(
                missing.Count == 0 ? $"{Variable} names no file." : $"{Variable} names {NameList.All(missing)}: there is no such file.",
                Variable);
        }

        if (missing.Count > 0)
        {
            activity?.Verbose($"{Variable} also names {NameList.All(missing)}: there is no such file.");
        }

        return found;
    }

    private static IEnumerable<string> Listed(ConfigurationSources sources, string list)
    {
        bool isWindows = sources.Platform == ConfigurationPlatform.Windows;
        return Named(sources, list)
            .Select(path => sources.Resolve(path))
            .Distinct(isWindows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    }

    private static IEnumerable<string> Named(ConfigurationSources sources, string list)
    {
        bool isWindows = sources.Platform == ConfigurationPlatform.Windows;
        return list.Split(isWindows ? ';' : ':')
            .Select(path => isWindows ? path.Replace("\"", "", StringComparison.Ordinal) : path)
            .Where(path => path.Length > 0);
    }

    /// <summary>Refuses contents as a whole: they have colons, and no piece between them may be shown.</summary>
    private static void Refuse(string where, string value)
    {
        if (PathValue.ContentOf(value) is not null)
        {
            throw PathValue.Refusal(
                new SourceMark(where, KubeconfigFile.InvalidId), "it", value, "Name the path of the kubeconfig there, not what it holds.");
        }
    }

    private static KubeconfigFile OfHome(ConfigurationSources sources)
    {
        string[] places = [.. Homes(sources).Distinct().Select(home => sources.Join(home, ".kube", "config"))];
        return places.Select(place => KubeconfigFile.Read(sources, place)).FirstOrDefault(file => file is not null)
            ?? throw NotFound(
                "There is no kubeconfig: none is named, and "
                + (places.Length == 0 ? "there is no home directory." : $"there is no {string.Join(" or ", places)}."),
                places.FirstOrDefault());
    }

    /// <summary>On Windows kubectl takes the first of several that has the file.</summary>
    private static IEnumerable<string> Homes(ConfigurationSources sources)
    {
        if (sources.Platform == ConfigurationPlatform.Windows)
        {
            if (sources.Variable("HOME") is { } home)
            {
                yield return home;
            }

            if (sources.Variable("HOMEDRIVE") is { } drive && sources.Variable("HOMEPATH") is { } path)
            {
                yield return drive + path;
            }
        }

        if (sources.HomeDirectory.Length > 0)
        {
            yield return sources.HomeDirectory;
        }
    }

    private static HotstackException NotFound(string message, object? target) =>
        new(ErrorCause.ConfigurationInvalid, "KubeconfigNotFound", message) { Hint = Hint, Target = target };
}
