using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>A HOT template as written, with all the files that it names.</summary>
public sealed record TemplateBundle
{
    /// <summary>The template's absolute path, or its name in messages if it is no file.</summary>
    public required string Path { get; init; }

    /// <summary>The template's own text, untouched.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// The <c>files</c> of the request to Heat: names as in the templates, with contents; base64 for a file that is not UTF-8,
    /// as python-heatclient sends it.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>The real paths of the files outside the template's own folder, which a reader may not expect.</summary>
    public IReadOnlyList<string> OutsideFiles { get; init; } = [];

    /// <summary>The template's parts.</summary>
    public required HeatTemplate Template { get; init; }

    /// <summary>The template as a document.</summary>
    internal DocMap Document { get; init; } = new(default);

    /// <summary>The parts that Heat creates; <see cref="Template"/> has no others.</summary>
    internal TemplatePresence Presence { get; private init; } = TemplatePresence.Whole;

    /// <summary>The same template with only the parts that Heat creates, and the addresses that these parameters give.</summary>
    internal TemplateBundle With(TemplatePresence presence, TemplateConditions? values = null) =>
        this with { Presence = presence, Template = HeatTemplate.Read(Document, presence, values) };

    /// <summary>A template in JSON with its files, as Heat keeps them.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="errorId">The id of the error if it is no HOT template.</param>
    /// <param name="json">The template.</param>
    /// <param name="files">Its files.</param>
    internal static TemplateBundle OfJson(string name, string errorId, string json, IReadOnlyDictionary<string, string> files)
    {
        var mark = TemplateErrors.Mark(name, errorId);
        DocMap document = HeatTemplate.Document(mark, JsonDocReader.Read(mark, json));
        return new TemplateBundle { Path = name, Text = json, Files = files, Template = HeatTemplate.Read(document), Document = document };
    }

    /// <summary>Reads a template and all files that it names with <c>get_file</c> and as nested templates.</summary>
    /// <param name="path">The template; a relative path starts from the process's current directory.</param>
    /// <param name="root">
    /// The folder that all files must be in, links resolved; null for the git working tree or Hotstack checkout around the template,
    /// or for the template's own folder if there is none, or it is the home folder's or another user's.
    /// </param>
    /// <param name="sources">The home folder and the files; null for those of this process.</param>
    /// <exception cref="HotstackException">
    /// <c>TemplateInvalid</c>, <c>TemplateFileUnreadable</c>, <c>TemplateFileOutsideRoot</c> or <c>TemplateTooLarge</c>, with
    /// file and line.
    /// </exception>
    public static TemplateBundle Load(string path, string? root = null, ConfigurationSources? sources = null) =>
        Load(path, root, sources, new HeatArchives());

    /// <summary>The same, with archives that are made of files.</summary>
    internal static TemplateBundle Load(string path, string? root, ConfigurationSources? sources, HeatArchives archives)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var mark = TemplateErrors.Mark(path, TemplateErrors.Template);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw (mark with { Source = "The template" }).Error("its path holds a NUL character.");
        }

        string full = System.IO.Path.GetFullPath(path);
        mark = mark with { Source = full };
        TemplateFolder folder = TemplateFolder.Of(full, root, sources ?? ConfigurationSources.OfThisProcess(), archives);
        byte[] bytes = folder.Read(full, mark, TemplateFiles.MaxTemplateBytes);
        string text = InputFile.ReadText(new MemoryStream(bytes), mark);
        DocMap document = HeatTemplate.Document(mark, text);
        IReadOnlyDictionary<string, string> files = TemplateFiles.Of(folder, full, document);
        return new TemplateBundle
        {
            Path = full,
            Text = text,
            Files = files,
            OutsideFiles = folder.OutsideFiles,
            Template = HeatTemplate.Read(document),
            Document = document,
        };
    }
}
