using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The exceptions of templates and parameter files.</summary>
internal static class TemplateErrors
{
    /// <summary>A template is broken, or asks for what is not done.</summary>
    public const string Template = "TemplateInvalid";

    /// <summary>A template, or a file that it names, is not there or cannot be read.</summary>
    public const string Unreadable = "TemplateFileUnreadable";

    /// <summary>A template names a file outside the folder that it may take files from.</summary>
    public const string Outside = "TemplateFileOutsideRoot";

    /// <summary>A template, or the files that it names, are larger than Heat takes.</summary>
    public const string TooLarge = "TemplateTooLarge";

    /// <summary>A parameter file is missing or broken.</summary>
    public const string Parameters = "ParameterFileInvalid";

    /// <summary>A parameter's expression cannot be resolved.</summary>
    public const string Unresolved = "ParameterUnresolved";

    /// <summary>A complaint about one place of a file.</summary>
    public static HotstackException At(SourceMark mark, string complaint, string? hint = null, Exception? inner = null) =>
        new(ErrorCause.InputInvalid, mark.ErrorId, $"{mark}: {complaint}", inner) { Hint = hint, Target = mark.Source };
}
