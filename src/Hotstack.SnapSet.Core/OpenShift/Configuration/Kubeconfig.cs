namespace Hotstack.OpenShift.Configuration;

/// <summary>
/// All kubeconfig files as one: of several entries of one name the first file's counts, as a whole; so does the first
/// current-context. If no name is given, kubectl takes the entry without a name.
/// </summary>
internal sealed class Kubeconfig(IReadOnlyList<KubeconfigFile> files)
{
    private const int MaxListed = 20;

    private readonly Dictionary<string, KubeconfigEntry> _clusters = Merged(files.Select(file => file.Clusters));
    private readonly Dictionary<string, KubeconfigEntry> _users = Merged(files.Select(file => file.Users));
    private readonly Dictionary<string, KubeconfigEntry> _contexts = Merged(files.Select(file => file.Contexts));

    public IReadOnlyList<string> Files { get; } = [.. files.Select(file => file.Path)];

    private string? CurrentContext { get; } = files.Select(file => file.CurrentContext).FirstOrDefault(name => name is not null);

    private string Place => NameList.All(Files);

    /// <summary>The contexts with a name, without those that cannot be read.</summary>
    public IReadOnlyList<KubeconfigContext> Contexts =>
        [.. _contexts.Values.Where(context => context.Name.Length > 0).Select(context => OrNull(() => Listed(context)))
            .OfType<KubeconfigContext>()];

    /// <param name="name">The name asked for; null for the current one.</param>
    /// <exception cref="HotstackException"><c>ContextMissing</c>, <c>ContextNotFound</c>.</exception>
    public KubeconfigEntry Context(string? name)
    {
        string chosen = name ?? CurrentContext ?? (_contexts.ContainsKey("") ? "" : throw Missing());
        return _contexts.GetValueOrDefault(chosen) ?? throw NotFound(chosen, name is null);
    }

    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>: it names none, or one that does not exist.</exception>
    public KubeconfigEntry ClusterOf(KubeconfigEntry context) =>
        context.Values.Text("cluster") is { } name
            ? Named(_clusters, name, "cluster", context)
            : _clusters.GetValueOrDefault("")
                ?? throw KubeconfigFile.Invalid($"The {context.Title} names no cluster.", "Name one as its 'cluster'.", context.Name);

    /// <returns>Null if it names none.</returns>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>: it names one that does not exist.</exception>
    public KubeconfigEntry? UserOf(KubeconfigEntry context) =>
        context.Values.Text("user") is { } name ? Named(_users, name, "user", context) : _users.GetValueOrDefault("");

    private KubeconfigContext Listed(KubeconfigEntry context)
    {
        string cluster = context.Values.Text("cluster") ?? "";
        Uri? server = OrNull(() => ServerAddress.OrNull(_clusters.GetValueOrDefault(cluster)?.Values.Text("server")));
        return new KubeconfigContext(
            context.Name, cluster, context.Values.Text("user"), server is { UserInfo: "" } ? server : null, context.Name == CurrentContext);
    }

    private static T? OrNull<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (HotstackException)
        {
            return null;
        }
    }

    private static Dictionary<string, KubeconfigEntry> Merged(IEnumerable<IReadOnlyDictionary<string, KubeconfigEntry>> files)
    {
        var merged = new Dictionary<string, KubeconfigEntry>(StringComparer.Ordinal);
        foreach ((string name, KubeconfigEntry entry) in files.SelectMany(file => file))
        {
            merged.TryAdd(name, entry);
        }

        return merged;
    }

    private KubeconfigEntry Named(
        Dictionary<string, KubeconfigEntry> entries, string name, string kind, KubeconfigEntry context) =>
        entries.GetValueOrDefault(name)
        ?? throw KubeconfigFile.Invalid(
            $"The {context.Title} names the {kind} {name}, which is not there; there are"
            + (entries.Count == 0 ? $" no {kind}s." : $": {List(entries.Keys)}."),
            Files.Count == 1 ? $"Choose another context, or correct its '{kind}'." : $"Is a file missing in KUBECONFIG? Read were {Place}.",
            context.Name);

    private HotstackException Missing() =>
        new(ErrorCause.InputInvalid, "ContextMissing", _contexts.Count == 0
            ? $"There is no context in {Place}."
            : $"No context is chosen, and {Place} has no current-context. There are: {List(_contexts.Keys)}.")
        {
            Hint = _contexts.Count == 0
                ? "Name a kubeconfig with contexts, such as the installer's auth/kubeconfig."
                : "Name one with -Context, or make it the current one: kubectl config use-context NAME.",
            Target = Files[0],
        };

    private HotstackException NotFound(string name, bool isCurrent)
    {
        string[] similar =
        [
            .. _contexts.Keys.Where(other => other.Length > 0
                && (other.Contains(name, StringComparison.OrdinalIgnoreCase) || name.Contains(other, StringComparison.OrdinalIgnoreCase))),
        ];
        string there = _contexts.Count == 0 ? "there is none"
            : similar.Length > 0 ? $"similar are: {List(similar)}"
            : $"there are: {List(_contexts.Keys)}";
        return new HotstackException(
            ErrorCause.NotFound, "ContextNotFound",
                $"{(isCurrent ? "The current context" : "The context")} {name} is not in {Place}; {there}.")
        {
            Hint = "Names are case-sensitive. Name another with -Context, or another file with -Kubeconfig.",
            Target = name,
        };
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names.Where(name => name.Length > 0).Order(StringComparer.Ordinal)];
        return string.Join(", ", all.Take(MaxListed)) + (all.Length > MaxListed ? $" and {all.Length - MaxListed} more" : "");
    }
}

/// <summary>A context as a kubeconfig lists it, whether it can be used or not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClusterName">The cluster that it names; empty for none.</param>
/// <param name="UserName">The user that it names; null for none.</param>
/// <param name="Server">The cluster's server; null if there is no such cluster, or it has no address.</param>
/// <param name="IsCurrent">Whether it is the one that is used where none is named.</param>
public sealed record KubeconfigContext(string Name, string ClusterName, string? UserName, Uri? Server, bool IsCurrent);
