using System.Text;
using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>
/// Collects the files that a template names, by python-heatclient's rules (heatclient/common/template_utils.py): the
/// text of each key <c>get_file</c>, and of each key <c>type</c> that ends in <c>.yaml</c> or <c>.template</c>,
/// relative to the template that names it. Heat looks files up by the text in the template, so, unlike heatclient's,
/// the keys stay as written; they become absolute only if nested templates name different files by one text.
/// </summary>
internal sealed class TemplateFiles
{
    /// <summary>Heat's own limit for a template (max_template_size).</summary>
    public const int MaxTemplateBytes = 512 * 1024;

    /// <summary>The key that makes a mapping a HOT template.</summary>
    public const string VersionKey = "heat_template_version";

    private const int MaxFileBytes = 4 * 1024 * 1024;
    private const int MaxBytesInAll = 16 * 1024 * 1024;
    private static readonly string[] VersionKeys = [VersionKey, "HeatTemplateFormatVersion", "AWSTemplateFormatVersion"];

    private readonly TemplateFolder _folder;
    private readonly Dictionary<string, string> _pathsByKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _contents = new(StringComparer.Ordinal);
    private readonly Queue<(string Path, DocMap Root, string Text)> _nested = new();
    private readonly Dictionary<string, HashSet<string>> _includes = new(StringComparer.Ordinal);
    private long _bytesInAll;

    private TemplateFiles(TemplateFolder folder) => _folder = folder;

    /// <summary>The files of a template, by key.</summary>
    /// <param name="folder">Their root folder.</param>
    /// <param name="path">The template's absolute path.</param>
    /// <param name="root">The template.</param>
    /// <exception cref="HotstackException">One of the ids of <see cref="TemplateErrors"/>, naming the place.</exception>
    public static IReadOnlyDictionary<string, string> Of(TemplateFolder folder, string path, DocMap root)
    {
        var files = new TemplateFiles(folder);
        files.Collect(path, root, mayRewrite: false);
        while (files._nested.TryDequeue(out (string Path, DocMap Root, string Text) nested))
        {
            bool isRewritten = files.Collect(nested.Path, nested.Root, mayRewrite: true);
            files._contents[nested.Path] = isRewritten ? DocWriter.Write(nested.Root) : nested.Text;
        }

        return files._pathsByKey.ToDictionary(pair => pair.Key, pair => files._contents[pair.Value], StringComparer.Ordinal);
    }

    /// <summary>A file's text; base64 in lines of 76, as Python's encodebytes makes it, if it is not UTF-8.</summary>
    public static string Decoded(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks)
                .Replace("\r\n", "\n", StringComparison.Ordinal) + "\n";
        }
    }

    /// <returns>Whether a reference was rewritten.</returns>
    private bool Collect(string template, DocMap root, bool mayRewrite)
    {
        bool isRewritten = false;
        foreach ((DocMap holder, DocScalar key, DocScalar name) in References(root).ToArray())
        {
            string path = Located(template, name);
            bool isTemplate = key.Value == "type";
            if (isTemplate)
            {
                CheckCircle(template, path, name);
            }

            ReadOnce(path, name.Mark, isTemplate);
            if (_pathsByKey.TryAdd(name.Value, path) || _pathsByKey[name.Value] == path)
            {
                continue;
            }

            if (!mayRewrite)
            {
                throw new InvalidOperationException("The keys of the first template are free.");
            }

            string url = new Uri(path).AbsoluteUri;
            _pathsByKey[url] = path;
            holder.Set(key, new DocScalar(name.Mark, url, YamlDotNet.Core.ScalarStyle.DoubleQuoted));
            isRewritten = true;
        }

        return isRewritten;
    }

    private void ReadOnce(string path, SourceMark namedAt, bool isTemplate)
    {
        if (_contents.TryGetValue(path, out string? known))
        {
            if (isTemplate && _includes.TryAdd(path, []))
            {
                // It was named as a file before, and did not look like a template.
                _nested.Enqueue((path, NestedTemplate(path, known), known));
            }

            return;
        }

        byte[] bytes = _folder.Read(path, namedAt, isTemplate ? MaxTemplateBytes : MaxFileBytes);
        _bytesInAll += bytes.Length;
        if (_bytesInAll > MaxBytesInAll)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, TemplateErrors.TooLarge,
                $"{namedAt}: with {path} the template's files are larger than {MaxBytesInAll / 1024 / 1024} MiB in all.")
            {
                Target = path,
            };
        }

        string text = Decoded(bytes);
        _contents[path] = text;
        if (isTemplate)
        {
            _includes.TryAdd(path, []);
            _nested.Enqueue((path, NestedTemplate(path, text), text));
        }
        else if (TemplateAsFile(path, text) is { } root)
        {
            _includes.TryAdd(path, []);
            _nested.Enqueue((path, root, text));
        }
    }

    private static DocMap NestedTemplate(string path, string text)
    {
        var mark = TemplateErrors.Mark(path, TemplateErrors.Template);
        return DocReader.Read(mark, text) is DocMap map && VersionKeys.Any(map.Has)
            ? map
            : throw mark.Error("it is not a Heat template: it has no heat_template_version.");
    }

    /// <summary>A file as a template, as a resource of type OS::Heat::Stack takes one with get_file; null if it is none.</summary>
    private static DocMap? TemplateAsFile(string path, string text)
    {
        if (!VersionKeys.Any(key => text.Contains(key, StringComparison.Ordinal)))
        {
            return null;
        }

        try
        {
            return DocReader.Read(TemplateErrors.Mark(path, TemplateErrors.Template), text) is DocMap map && VersionKeys.Any(map.Has) ? map
                : null;
        }
        catch (HotstackException)
        {
            return null;
        }
    }

    private void CheckCircle(string template, string nested, DocScalar name)
    {
        if (nested == template || Reaches(nested, template, []))
        {
            throw name.Mark.Error($"{name.Value} nests itself.");
        }

        if (_includes.TryGetValue(template, out HashSet<string>? included) || _includes.TryAdd(template, included = []))
        {
            included.Add(nested);
        }
    }

    private bool Reaches(string from, string to, HashSet<string> seen) =>
        seen.Add(from) && _includes.TryGetValue(from, out HashSet<string>? included)
        && (included.Contains(to) || included.Any(next => Reaches(next, to, seen)));

    private static string Located(string template, DocScalar name)
    {
        if (name.Value.Contains('\0', StringComparison.Ordinal) || name.Value.Trim().Length == 0)
        {
            throw name.Mark.Error("the name of a file is empty or holds a NUL character.");
        }

        if (name.Value.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon
            && name.Value[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
        {
            return name.Value.StartsWith("file:///", StringComparison.Ordinal) && Uri.TryCreate(name.Value, UriKind.Absolute, out Uri? url)
                && url is { IsFile: true, Host: "" }
                ? Path.GetFullPath(url.LocalPath)
                : throw name.Mark.Error($"{name.Value} is an address: only files are read.",
                    "Save it next to the template, and name the file.");
        }

        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(template)!, name.Value));
    }

    private static IEnumerable<(DocMap Holder, DocScalar Key, DocScalar Name)> References(DocNode node)
    {
        switch (node)
        {
            case DocList list:
                return list.Items.SelectMany(References);
            case DocMap map:
                return map.Entries.SelectMany(entry => References(map, entry.Key, entry.Value));
            default:
                return [];
        }
    }

    private static IEnumerable<(DocMap Holder, DocScalar Key, DocScalar Name)> References(DocMap map, DocScalar key, DocNode value)
    {
        if (key.Value == "get_file")
        {
            return value is DocScalar { Type: YamlType.Text } file
                ? [(map, key, file)]
                : throw value.Mark.Error(
                    "get_file needs the name of a file, written out; functions such as get_param do not work there, in Heat neither.");
        }

        return key.Value == "type" && value is DocScalar { Type: YamlType.Text } type && IsTemplateName(type.Value)
            ? [(map, key, type)]
            : References(value);
    }

    private static bool IsTemplateName(string type) =>
        type.EndsWith(".yaml", StringComparison.Ordinal) || type.EndsWith(".template", StringComparison.Ordinal);
}
