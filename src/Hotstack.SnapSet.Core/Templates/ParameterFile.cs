using Hotstack.Configuration;
using Hotstack.Templates.Documents;

namespace Hotstack.Templates;

/// <summary>What kind of parameter file it is.</summary>
internal enum ParameterFileKind
{
    /// <summary>Parameters, and nothing else.</summary>
    Plain,

    /// <summary>Variables of Ansible's, of which two hold the parameters: upstream's bootstrap_vars.yml.</summary>
    Variables,

    /// <summary>A Heat environment.</summary>
    Environment,
}

/// <summary>One parameter file, read.</summary>
internal sealed record ParameterFile(string Path, ParameterFileKind Kind, DocMap Root)
{
    public const string ParametersKey = "stack_parameters";
    public const string OverridesKey = "stack_parameter_overrides";

    /// <summary>The file's mode, if that lets others than its owner read it.</summary>
    public UnixFileMode? OpenMode { get; private init; }

    /// <exception cref="HotstackException"><c>ParameterFileInvalid</c>, with file and line.</exception>
    public static ParameterFile Read(string path, Func<string, Stream>? open = null)
    {
        var mark = new SourceMark(path, TemplateErrors.Parameters);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw TemplateErrors.At(mark with { Source = "A parameter file" }, "its path is empty or holds a NUL character.");
        }

        string full = System.IO.Path.GetFullPath(path);
        return Read(mark with { Source = PathValue.Shown(full) }, () => (open ?? InputFile.Opener(CancellationToken.None))(full));
    }

    /// <summary>Reads one of whatever source.</summary>
    internal static ParameterFile Read(SourceMark mark, Func<Stream> open)
    {
        (string text, UnixFileMode? openMode) = Text(mark, open);
        DocMap root = DocReader.Read(mark, text, YamlRules.Ansible)?.Usable() switch
        {
            DocMap map => map,
            null or DocScalar { Type: YamlType.Null } => new DocMap(mark),
            var other => throw TemplateErrors.At(other.Mark, $"a parameter file has to hold a mapping, not {other.Kind}."),
        };
        return new ParameterFile(mark.Source, KindOf(root), root) { OpenMode = openMode };
    }

    /// <summary>The parameters of an environment, or its defaults.</summary>
    public DocMap Section(string name) => Root[name]?.Usable() switch
    {
        null => new DocMap(Root.Mark),
        DocMap map => map,
        var other => throw TemplateErrors.At(other.Mark, $"{name} has to be a mapping, not {other.Kind}."),
    };

    public DocMap EnvironmentParameters() => Section(EnvironmentSections.Parameters);

    public DocMap EnvironmentDefaults() => Section(EnvironmentSections.Defaults);

    private static ParameterFileKind KindOf(DocMap root)
    {
        if (root.Has(ParametersKey) || root.Has(OverridesKey))
        {
            return ParameterFileKind.Variables;
        }

        if (!EnvironmentSections.AreIn(root))
        {
            return ParameterFileKind.Plain;
        }

        EnvironmentSections.Check(root);
        return ParameterFileKind.Environment;
    }

    private static (string Text, UnixFileMode? OpenMode) Text(SourceMark file, Func<Stream> open)
    {
        try
        {
            using Stream stream = open();
            return (ConfigurationText.Read(stream, file), SecretFiles.OpenMode(stream));
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.ConfigurationInvalid)
        {
            throw new HotstackException(ErrorCause.InputInvalid, file.ErrorId, e.Message, e) { Hint = e.Hint, Target = file.Source };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw TemplateErrors.At(file, "there is no such file.", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TemplateErrors.At(file, $"it cannot be read: {e.Message}", inner: e);
        }
    }
}
