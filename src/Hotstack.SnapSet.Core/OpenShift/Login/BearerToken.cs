namespace Hotstack.OpenShift.Login;

/// <summary>The rule for every bearer token: the header field has to carry it.</summary>
internal static class BearerToken
{
    /// <summary>What is wrong with a token, blanks at its ends aside, as the end of a sentence; null for nothing.</summary>
    public static string? Fault(string token)
    {
        string trimmed = token.Trim();
        return trimmed.Length == 0 ? "empty"
            : trimmed.All(sign => sign is > ' ' and < '\x7f') ? null
            : "none: it has blanks, line breaks or letters beyond ASCII in it";
    }
}
