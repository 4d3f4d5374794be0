using Hotstack.Configuration;

namespace Hotstack.Templates;

/// <summary>The ids of errors in templates and parameter files.</summary>
internal static class TemplateErrors
{
    /// <summary>A template is broken, or needs something that is not supported.</summary>
    public const string Template = "TemplateInvalid";

    /// <summary>A template, or a file that it names, does not exist or cannot be read.</summary>
    public const string Unreadable = "TemplateFileUnreadable";

    /// <summary>A template names a file outside its root folder.</summary>
    public const string Outside = "TemplateFileOutsideRoot";

    /// <summary>A template, or the files that it names, are larger than Heat's limit.</summary>
    public const string TooLarge = "TemplateTooLarge";

    /// <summary>A parameter file is missing or broken.</summary>
    public const string Parameters = "ParameterFileInvalid";

    /// <summary>The expression of a parameter cannot be resolved.</summary>
    public const string Unresolved = "ParameterUnresolved";

    /// <summary>The place of errors in a file, which the user gave.</summary>
    public static SourceMark Mark(string source, string errorId) => new(source, errorId) { Cause = ErrorCause.InputInvalid };
}
