using Hotstack.Configuration;

namespace Hotstack.OpenShift.Configuration;

/// <summary>One kubeconfig file, read.</summary>
internal sealed class KubeconfigFile
{
    /// <summary>One context takes some 10 to 20 KiB, mostly certificates.</summary>
    private const int MostBytes = 16 * ConfigTreeLimits.Bytes;

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

    public ConfigMap Root { get; }

    /// <summary>The file's mode, if that lets others than its owner read it.</summary>
    public UnixFileMode? OpenMode { get; }

    public string? CurrentContext { get; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Clusters { get; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Users { get; }

    public IReadOnlyDictionary<string, KubeconfigEntry> Contexts { get; }

    /// <summary>Null if there is no such file.</summary>
    /// <exception cref="HotstackException"><c>KubeconfigInvalid</c>.</exception>
    public static KubeconfigFile? Read(ConfigurationSources sources, string path)
    {
        var mark = new SourceMark(path, KubeconfigErrors.InvalidId);
        try
        {
            using Stream? stream = sources.OpenFile(path);
            return stream is null
                ? null
                : new KubeconfigFile(mark, ConfigurationText.Read(stream, mark, MostBytes), SecretFiles.OpenMode(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubeconfigErrors.Invalid(
                $"The kubeconfig {PathValue.Shown(path)} cannot be read: {e.Message}", "Name a file that you may read.", PathValue.Shown(path), e);
        }
    }

    private static ConfigMap Parse(SourceMark file, string text) => Tree(file, text) switch
    {
        ConfigMap map => map,
        null or ConfigScalar { Text: null } => ConfigMap.Empty(file),
        ConfigNode other => throw ConfigurationErrors.At(other.Mark, $"a kubeconfig has to be a mapping, not {other.Kind}."),
    };

    private static ConfigNode? Tree(SourceMark file, string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("{"))
        {
            try
            {
                return JsonTreeReader.Read(file, text, isLazy: true);
            }
            catch (HotstackException)
            {
                // A mapping of YAML can begin like this too; if it is neither, YAML's reader says why.
            }
        }

        return YamlTreeReader.Read(file, text, YamlRules.Lazy | YamlRules.FirstDocument);
    }

    private void CheckKind(string key, string expected)
    {
        if (Root.Text(key) is { } value && value != expected)
        {
            throw ConfigurationErrors.At(
                Root[key]!.Mark, $"{key} is not {expected}: this is no kubeconfig.", "Name a kubeconfig, such as the installer's auth/kubeconfig.");
        }
    }
}
