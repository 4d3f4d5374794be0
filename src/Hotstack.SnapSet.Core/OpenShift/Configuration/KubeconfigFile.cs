using Hotstack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>One kubeconfig file, read.</summary>
internal sealed class KubeconfigFile
{
    public const string InvalidId = "KubeconfigInvalid";

    /// <summary>One context has 10 to 20 KiB, mostly certificates.</summary>
    private const int MaxBytes = 16 * InputFile.MaxBytes;

    private static readonly DocRules Rules = DocRules.Lazy with { IsFirstDocument = true };

    private KubeconfigFile(SourceMark mark, string text, UnixFileMode? openMode)
    {
        Path = mark.Source;
        OpenMode = openMode;
        Root = Parse(mark, text);
        CheckKind("kind", "Config");
        CheckKind("apiVersion", "v1");
        CurrentContext = Root.Text("current-context");
        Clusters = KubeconfigEntry.AllOf("cluster", this);
        Users = KubeconfigEntry.AllOf("user", this);
        Contexts = KubeconfigEntry.AllOf("context", this);
    }

    public string Path { get; }

    public DocMap Root { get; }

    /// <summary>The file's mode, if that lets others than its owner read it.</summary>
    public UnixFileMode? OpenMode { get; }

    public string? CurrentContext { get; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Clusters { get; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Users { get; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Contexts { get; }

    /// <summary>The error of a broken kubeconfig; the message must not show a value that could be a secret.</summary>
    public static HotstackException Invalid(string message, string? hint = null, object? target = null, Exception? inner = null) =>
        new(ErrorCause.ConfigurationInvalid, InvalidId, message, inner) { Hint = hint, Target = target };

    /// <summary>A kubeconfig of another machine.</summary>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static KubeconfigFile Of(string place, string text) => new(new SourceMark(place, InvalidId), text, null);

    /// <summary>Null if there is no such file.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static KubeconfigFile? Read(ConfigurationSources sources, string path)
    {
        var mark = new SourceMark(path, InvalidId);
        try
        {
            using Stream? stream = sources.OpenFile(path);
            return stream is null
                ? null
                : new KubeconfigFile(mark, InputFile.ReadText(stream, mark, MaxBytes), SecretFiles.OpenMode(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(
                $"The kubeconfig {PathValue.Shown(path)} cannot be read: {e.Message}", "Name a file that you may read.",
                    PathValue.Shown(path), e);
        }
    }

    private static DocMap Parse(SourceMark file, string text) => Tree(file, text) switch
    {
        DocMap map => map,
        null or DocScalar { Text: null } => new DocMap(file),
        DocNode other => throw other.Mark.Error($"a kubeconfig has to be a mapping, not {other.Kind}."),
    };

    private static DocNode? Tree(SourceMark file, string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("{"))
        {
            try
            {
                return JsonDocReader.Read(file, text, isLazy: true);
            }
            catch (HotstackException)
            {
                // YAML can begin like this too; if it is neither, YAML's reader reports why.
            }
        }

        return DocReader.Read(file, text, Rules);
    }

    private void CheckKind(string key, string expected)
    {
        if (Root.Text(key) is { } value && value != expected)
        {
            throw Root[key]!.Mark.Error($"{key} is not {expected}: this is no kubeconfig.",
                "Name a kubeconfig, such as the installer's auth/kubeconfig.");
        }
    }
}

/// <summary>A cluster, user or context of a kubeconfig.</summary>
/// <param name="Kind"><c>cluster</c>, <c>user</c> or <c>context</c>.</param>
/// <param name="Name">Its name; empty for none.</param>
/// <param name="Item">Its item in the file: the name, and the keys under its kind.</param>
/// <param name="File">Its file.</param>
internal sealed record KubeconfigEntry(string Kind, string Name, DocMap Item, KubeconfigFile File)
{
    /// <summary>For messages: <c>user admin (/home/anna/.kube/config)</c>.</summary>
    public string Title => $"{Kind} {(Name.Length > 0 ? Name : "without a name")} ({File.Path})";

    /// <summary>Its keys.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column: there is something else.</exception>
    public DocMap Values => Item.Map(Kind) ?? new DocMap(Item.Mark);

    /// <summary>All entries of one kind in a file, by name.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static IReadOnlyDictionary<string, KubeconfigEntry> AllOf(string kind, KubeconfigFile file)
    {
        var entries = new Dictionary<string, KubeconfigEntry>(StringComparer.Ordinal);
        foreach (DocNode node in file.Root.List(kind + "s"))
        {
            if (node is DocFault or DocScalar { Text: null })
            {
                continue;
            }

            if (node is not DocMap item)
            {
                throw node.Mark.Error($"an item of {kind}s has to be a mapping with name and {kind}, not {node.Kind}.");
            }

            // An entry without a name is used where none is named, as by kubectl.
            string name = item.Text("name") ?? "";
            var entry = new KubeconfigEntry(kind, name, item, file);
            if (!entries.TryAdd(name, entry))
            {
                throw item.Mark.Error($"the {kind} {(name.Length > 0 ? name : "without a name")} is given twice.", "Remove one of them.");
            }
        }

        return entries;
    }

    /// <summary>A truth value in the words of YAML 1.1, as kubectl reads it; false if it is not given.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public bool Flag(string key) => Flag(Values, key);

    /// <inheritdoc cref="Flag(string)"/>
    public static bool Flag(DocMap map, string key) => map.Text(key)?.ToLowerInvariant() switch
    {
        null or "false" or "no" or "off" or "n" => false,
        "true" or "yes" or "on" or "y" => true,
        _ => throw map[key]!.Mark.Error($"{key} has to be true or false."),
    };

    /// <summary>An absolute path: a relative one starts from the folder of the kubeconfig that has it.</summary>
    public string Resolve(ConfigurationSources sources, string path)
    {
        if (sources.IsAbsolute(path))
        {
            return path;
        }

        int end = sources.Platform == ConfigurationPlatform.Windows ? File.Path.LastIndexOfAny(['/', '\\']) : File.Path.LastIndexOf('/');
        return sources.Join(File.Path[..(end + 1)], path);
    }

    /// <summary>The texts of a list; empty if it is not given.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>, with line and column.</exception>
    public static IReadOnlyList<string> Texts(DocMap map, string key) => [.. map.List(key).Select(node =>
        node.Usable() is DocScalar { Text: { } text } ? text : throw node.Mark.Error($"{key} has to be a list of texts."))];
}
