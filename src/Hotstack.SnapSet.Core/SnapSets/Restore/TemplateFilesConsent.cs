using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Whether something may be sent before the plan is known.</summary>
public enum Consent
{
    /// <summary>The user agrees.</summary>
    Given,

    /// <summary>The user does not agree.</summary>
    Refused,

    /// <summary>Only the plan is wanted (<c>-WhatIf</c>): nothing is sent.</summary>
    OnlyShown,

    /// <summary>No prompt is possible.</summary>
    NotPossible,
}

/// <summary>Asks whether files may be sent.</summary>
/// <param name="target">To what they belong.</param>
/// <param name="action">What is sent, and where to; one file a line.</param>
public delegate Task<Consent> SendingConsent(DisplayText target, DisplayText action);

/// <summary>Asks about files that a template names outside its own folder, as whoever reads the template may not expect them.</summary>
internal static class TemplateFilesConsent
{
    /// <exception cref="HotstackException"><c>TemplateFilesNotAgreed</c>: no prompt is possible.</exception>
    public static async Task<Consent> AskAsync(RestoreSnapSetRequest request, TemplateBundle bundle, string cloud, IActivity activity)
    {
        if (bundle.OutsideFiles.Count == 0 || request.TemplateRoot is not null)
        {
            return Consent.Given;
        }

        DisplayText files = DisplayText.Lines(
            bundle.OutsideFiles.Select(file => $"  {file}").Prepend($"Send files from outside its folder to cloud '{cloud}':"));
        Consent consent = request.ConsentToSend is { } ask ? await ask($"Template {bundle.Path}", files) : Consent.NotPossible;
        switch (consent)
        {
            case Consent.NotPossible:
                throw new HotstackException(
                    ErrorCause.InputInvalid, "TemplateFilesNotAgreed",
                    $"Template {bundle.Path} names files outside its own folder, and no prompt can ask whether they may be sent to cloud '{cloud}': "
                    + $"{string.Join(", ", bundle.OutsideFiles)}. Nothing was sent.")
                {
                    Target = bundle.Path,
                    Hint = "If they may be sent, name a folder that holds the template and all of these files with -TemplateRoot.",
                };
            case Consent.OnlyShown:
                activity.Warning(
                    $"Heat's preview is left out, since it would send files from outside the template's folder: {string.Join(", ", bundle.OutsideFiles)}. So "
                    + "resources, quotas and addresses are not checked beforehand. With -TemplateRoot they are.");
                break;
        }

        return consent;
    }
}
