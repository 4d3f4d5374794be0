using Hotstack.Configuration;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Templates;

/// <summary>The kinds of parameter files.</summary>
internal enum ParameterFileKind
{
    /// <summary>Parameters, and nothing else.</summary>
    Plain,

    /// <summary>Variables of Ansible, two of which hold the parameters: upstream's bootstrap_vars.yml.</summary>
    Variables,

    /// <summary>A Heat environment.</summary>
    Environment,
}

/// <summary>One parameter file, read.</summary>
internal sealed record ParameterFile(string Path, ParameterFileKind Kind, DocMap Root)
{
    /// <summary>Heat shows it in place of a hidden parameter's value.</summary>
    public const string Mask = StackEnvironment.Mask;

    public const string ParametersKey = "stack_parameters";
    public const string OverridesKey = "stack_parameter_overrides";

    private const string EnvironmentKey = "parameters";
    private const string DefaultsKey = "parameter_defaults";
    private const string EncryptedNamesKey = "encrypted_param_names";

    private static readonly string[] UnusedKeys = ["resource_registry", "event_sinks", "parameter_merge_strategies"];

    private static readonly DocRules Rules = DocRules.Ansible with
    {
        EncryptedId = TemplateErrors.Unresolved,
        EncryptedHint = "Decrypt it with 'ansible-vault decrypt', or give the parameter with -Parameter.",
    };

    /// <summary>The file's mode, if others than its owner can read it.</summary>
    public UnixFileMode? OpenMode { get; private init; }

    /// <exception cref="HotstackException"><c>ParameterFileInvalid</c>, with file and line.</exception>
    public static ParameterFile Read(string path, Func<string, Stream>? open = null)
    {
        var mark = TemplateErrors.Mark(path, TemplateErrors.Parameters);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw (mark with { Source = "A parameter file" }).Error("its path is empty or holds a NUL character.");
        }

        string full = System.IO.Path.GetFullPath(path);
        return Read(mark with { Source = PathValue.Shown(full) }, () => (open ?? InputFile.Opener(CancellationToken.None))(full));
    }

    /// <summary>Reads one from any source.</summary>
    internal static ParameterFile Read(SourceMark mark, Func<Stream> open)
    {
        (string text, UnixFileMode? openMode) = Text(mark, open);
        DocMap root = DocReader.Read(mark, text, Rules) switch
        {
            DocMap map => map,
            null or DocScalar { Type: YamlType.Null } => new DocMap(mark),
            var other => throw other.Mark.Error($"a parameter file has to hold a mapping, not {other.Kind}."),
        };
        return new ParameterFile(mark.Source, KindOf(root), root) { OpenMode = openMode };
    }

    /// <summary>The parameters of an environment, or its defaults.</summary>
    public DocMap Section(string name) => Root[name] switch
    {
        null => new DocMap(Root.Mark),
        DocMap map => map,
        var other => throw other.Mark.Error($"{name} has to be a mapping, not {other.Kind}."),
    };

    public DocMap EnvironmentParameters() => Section(EnvironmentKey);

    public DocMap EnvironmentDefaults() => Section(DefaultsKey);

    private static ParameterFileKind KindOf(DocMap root)
    {
        if (root.Has(ParametersKey) || root.Has(OverridesKey))
        {
            return ParameterFileKind.Variables;
        }

        if (!UnusedKeys.Append(EnvironmentKey).Append(DefaultsKey).Append(EncryptedNamesKey).Any(root.Has))
        {
            return ParameterFileKind.Plain;
        }

        CheckEnvironment(root);
        return ParameterFileKind.Environment;
    }

    /// <summary>
    /// Refuses what a restore would lose: of the sections of a Heat environment (heat: common/environment_format.py) it sends only
    /// the parameters. An empty section is fine.
    /// </summary>
    /// <remarks>
    /// <c>openstack stack environment show</c> prints an environment, too. Its <c>encrypted_param_names</c> names the values that
    /// Heat encrypts in its database; the values themselves are plain, or <see cref="Mask"/> (heat: objects/raw_template.py;
    /// engine/service.py, get_environment). So the names are not needed.
    /// </remarks>
    private static void CheckEnvironment(DocMap root)
    {
        foreach ((DocScalar key, DocNode value) in root.Entries.Where(entry => entry.Key.Value is not (EnvironmentKey or DefaultsKey)))
        {
            if (key.Value == EncryptedNamesKey ? !IsNames(value) : !IsEmpty(value))
            {
                throw key.Mark.Error(
                    $"of a Heat environment only {EnvironmentKey} and {DefaultsKey} are used, not {key.Value}.",
                    "Remove the section, or create the stack with Heat's own client.");
            }
        }
    }

    private static bool IsNames(DocNode value) => IsEmpty(value)
        || (value is DocList names && names.Items.TrueForAll(name => name is DocScalar));

    private static bool IsEmpty(DocNode value) =>
        value is DocScalar scalar ? scalar.Text is null or "" : HoldsNothing(value);

    /// <summary>Empty collections in each other, such as <c>{resources: {}}</c>. A null within them has a meaning: it removes a
    /// type.</summary>
    private static bool HoldsNothing(DocNode value) => value is DocMap or DocList && value.Children.All(HoldsNothing);

    private static (string Text, UnixFileMode? OpenMode) Text(SourceMark file, Func<Stream> open)
    {
        try
        {
            using Stream stream = open();
            return (InputFile.ReadText(stream, file), SecretFiles.OpenMode(stream));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw file.Error("there is no such file.", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw file.Error($"it cannot be read: {e.Message}", inner: e);
        }
    }
}
