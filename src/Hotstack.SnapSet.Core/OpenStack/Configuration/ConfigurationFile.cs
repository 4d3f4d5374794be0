using System.Text;

namespace Hotstack.OpenStack.Configuration;

/// <summary>One file of configuration, read.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Root">What it holds; empty for an empty file.</param>
internal sealed record ConfigurationFile(string Path, ConfigMap Root)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The first readable of the file that a variable names and those of the search directories; null if there is none.
    /// One that cannot be opened is passed over with a warning; one that is broken is an error, since whatever comes
    /// next could be another cloud.
    /// </summary>
    /// <param name="sources">Where to look.</param>
    /// <param name="name">The name without extension: <c>clouds</c>.</param>
    /// <param name="variable">The variable that can name a file to try first; null for none.</param>
    /// <param name="activity">Told of files passed over.</param>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>, with file, line and column.</exception>
    public static ConfigurationFile? First(
        ConfigurationSources sources, string name, string? variable, IActivity? activity)
    {
        if (variable is not null && sources.Variable(variable) is { } named)
        {
            var path = ConfigurationPaths.Resolve(sources, named);
            if (TryRead(sources, path, activity, out var absent) is { } file)
            {
                return file;
            }

            if (absent)
            {
                activity?.Warning($"{variable} names {path}, which does not exist; looking in the usual places.");
            }
        }

        return SearchDirectories.Of(sources)
            .SelectMany(_ => Extensions, (directory, extension) => ConfigurationPaths.Join(sources, directory, name + extension))
            .Select(path => TryRead(sources, path, activity, out _))
            .FirstOrDefault(file => file is not null);
    }

    private static ConfigurationFile? TryRead(ConfigurationSources sources, string path, IActivity? activity, out bool absent)
    {
        absent = false;
        byte[] bytes;
        try
        {
            using var stream = sources.OpenFile(path);
            if (stream is null)
            {
                absent = true;
                return null;
            }

            bytes = ReadBounded(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            activity?.Warning($"{path} cannot be read, so the next place is tried: {e.Message}");
            return null;
        }

        return new ConfigurationFile(path, Parse(path, Decode(bytes, path)));
    }

    private static byte[] ReadBounded(Stream stream, string path)
    {
        var buffer = new byte[ConfigTreeLimits.Bytes + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= ConfigTreeLimits.Bytes
            ? buffer[..length]
            : throw ConfigurationErrors.Invalid($"{path} is larger than {ConfigTreeLimits.Bytes / 1024} KiB.", target: path);
    }

    private static string Decode(byte[] bytes, string path)
    {
        try
        {
            // A byte order mark decides: older Windows tools write UTF-16.
            using var reader = new StreamReader(new MemoryStream(bytes), StrictUtf8, detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException e)
        {
            throw ConfigurationErrors.Invalid($"{path} is not UTF-8 text.", "Save it as UTF-8.", path, e);
        }
    }

    private static ConfigMap Parse(string path, string text)
    {
        var root = path.EndsWith(".json", StringComparison.Ordinal)
            ? JsonTreeReader.Read(path, text)
            : YamlTreeReader.Read(path, text);
        return root switch
        {
            ConfigMap map => map,
            null or ConfigScalar { Text: null } => ConfigMap.Empty(new SourceMark(path)),
            _ => throw ConfigurationErrors.At(root.Mark, $"the file has to hold a mapping with the key clouds, not {root.Kind}."),
        };
    }
}
