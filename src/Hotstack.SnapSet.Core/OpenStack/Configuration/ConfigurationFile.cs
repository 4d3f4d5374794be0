using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>One file of configuration, read.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Root">What it holds; empty for an empty file.</param>
internal sealed record ConfigurationFile(string Path, ConfigMap Root)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>
    /// The first readable of the file that a variable names and those of the search directories; null if there is none.
    /// One that cannot be opened is passed over with a warning; one that is broken is an error, since whatever comes
    /// next could be another cloud. What is wrong with a value in it is an error for those who need the value.
    /// </summary>
    /// <param name="sources">Where to look.</param>
    /// <param name="name">The name without extension: <c>clouds</c>.</param>
    /// <param name="variable">The variable that can name a file to try first; null for none.</param>
    /// <param name="activity">Told of files passed over.</param>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>, with file, line and column; <c>CloudConfigNotTrusted</c>.</exception>
    public static ConfigurationFile? First(
        ConfigurationSources sources, string name, string? variable, IActivity? activity)
    {
        if (variable is not null && sources.Variable(variable) is { } named)
        {
            var path = ConfigurationPaths.Resolve(sources, named);
            if (PathValue.ContentOf(named) is not null)
            {
                throw PathValue.Refusal(
                    new SourceMark($"variable {variable}", CloudErrors.InvalidId), "it", named, "Name the path of the file there, not what it holds.");
            }

            if (TryRead(sources, path, null, activity, out var absent) is { } file)
            {
                return file;
            }

            if (absent)
            {
                activity?.Warning($"{variable} names {PathValue.Shown(path)}, which does not exist; looking in the usual places.");
            }
        }

        return SearchDirectories.Of(sources)
            .SelectMany(_ => Extensions, (directory, extension) => ConfigurationPaths.Join(sources, directory, name + extension))
            .Select(path => TryRead(sources, path, why => CloudErrors.NotTrusted(path, why, variable), activity, out _))
            .FirstOrDefault(file => file is not null);
    }

    /// <param name="sources">Where to look.</param>
    /// <param name="path">The file.</param>
    /// <param name="refuse">The error if another user could have written it, by the reason; null if the user named it.</param>
    /// <param name="activity">Told if it is passed over.</param>
    /// <param name="absent">There is none.</param>
    private static ConfigurationFile? TryRead(
        ConfigurationSources sources, string path, Func<string, HotstackException>? refuse, IActivity? activity, out bool absent)
    {
        absent = false;
        var mark = new SourceMark(path, CloudErrors.InvalidId);
        string text;
        UnixFileMode? open;
        try
        {
            using var stream = sources.OpenFile(path);
            if (stream is null)
            {
                absent = true;
                return null;
            }

            if (refuse is not null && FileTrust.WhyNot(sources, path) is { } why)
            {
                throw refuse(why);
            }

            text = ConfigurationText.Read(stream, mark);
            open = SecretFiles.OpenMode(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            activity?.Warning($"{PathValue.Shown(path)} cannot be read, so the next place is tried: {e.Message}");
            return null;
        }

        ConfigMap root = Parse(mark, text);
        if (ConfigurationSecrets.AreIn(root))
        {
            SecretFiles.Warn(path, open, "credentials", activity);
        }

        return new ConfigurationFile(path, root);
    }

    private static ConfigMap Parse(SourceMark file, string text)
    {
        var root = file.Source.EndsWith(".json", StringComparison.Ordinal)
            ? JsonTreeReader.Read(file, text, isLazy: true)
            : YamlTreeReader.Read(file, text, YamlRules.Lazy);
        return root switch
        {
            ConfigMap map => map,
            null or ConfigScalar { Text: null } => ConfigMap.Empty(file),
            _ => throw ConfigurationErrors.At(root.Mark, $"the file has to hold a mapping with the key clouds, not {root.Kind}."),
        };
    }
}
