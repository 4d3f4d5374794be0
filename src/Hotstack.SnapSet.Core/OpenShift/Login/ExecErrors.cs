namespace Hotstack.OpenShift.Login;

/// <summary>The failures of a plugin. None shows its output, arguments or variables.</summary>
internal static class ExecErrors
{
    public const string AnswerInvalidId = "ExecPluginAnswerInvalid";

    private const string Instead = "Or use a kubeconfig with a client certificate, such as the installer's auth/kubeconfig, or one with a token ('oc create token').";

    public static LoginException NotFound(ExecPlugin plugin, bool isPath) =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginNotFound",
            $"The {plugin.Title} logs in by the program {plugin.Name}, which is not {(isPath ? "there" : "in PATH")}.")
        {
            Hint = $"{(isPath ? "Install it; a relative path starts from the kubeconfig's folder" : "Install it, or add its folder to PATH")}.{Advice(plugin)} {Instead}",
            Target = plugin.Name,
        };

    public static LoginException NeedsTerminal(ExecPlugin plugin) =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginNeedsTerminal",
            $"The {plugin.Title} logs in by the program {plugin.Name}, which needs a terminal (interactiveMode: Always), and there is none.")
        {
            Hint = $"Run the command in a terminal, without input from a pipe or file. {Instead}",
            Target = plugin.Name,
        };

    public static LoginException CannotStart(ExecPlugin plugin, string reason, Exception? inner) =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginFailed",
            $"The program {plugin.Name}, by which the {plugin.Title} logs in, cannot be started: {reason}.", inner)
        {
            Hint = $"Make it executable, and check what its first line names.{Advice(plugin)}",
            Target = plugin.Name,
        };

    /// <param name="plugin">The plugin.</param>
    /// <param name="exitCode">Not 0.</param>
    /// <param name="told">The last of what it wrote to its error output, without secrets; empty for nothing.</param>
    public static LoginException Failed(ExecPlugin plugin, int exitCode, string told) =>
        new(ErrorCause.AuthenticationFailed, "ExecPluginFailed", DisplayText.OfProse(
            $"The program {plugin.Name}, by which the {plugin.Title} logs in, ended with exit code {exitCode}"
            + (told.Length > 0 ? $": {told}" : ", and did not say why.")))
        {
            Hint = $"Log in again with the tool that it belongs to (such as 'oc login', 'aws sso login' or 'az login'), or run it by hand.{Advice(plugin)}",
            Target = plugin.Name,
            MayPass = true,
        };

    public static LoginException Timeout(ExecPlugin plugin, TimeSpan limit, string told) =>
        new(ErrorCause.TimedOut, "ExecPluginTimeout", DisplayText.OfProse(
            $"The program {plugin.Name}, by which the {plugin.Title} logs in, had not ended after {TimeText.Of(limit)}, and was stopped"
            + (told.Length > 0 ? $". The last that it said: {told}" : ".")))
        {
            Hint = "Log in by hand first with the tool that it belongs to: it may wait for a login in a browser or at a terminal.",
            Target = plugin.Name,
            MayPass = true,
        };

    /// <param name="plugin">The plugin.</param>
    /// <param name="problem">What is wrong with what it wrote, without quoting it.</param>
    public static LoginException AnswerInvalid(ExecPlugin plugin, string problem) =>
        new(ErrorCause.ResponseInvalid, AnswerInvalidId, $"The program {plugin.Name}, by which the {plugin.Title} logs in, {problem}.")
        {
            Hint = $"Its output has to be an ExecCredential of {plugin.ApiVersion} and nothing else; it is not shown here, as it may hold a token. "
                + "Update the program, or have it write the kubeconfig again.",
            Target = plugin.Name,
        };

    private static string Advice(ExecPlugin plugin) =>
        plugin.InstallHint is { } advice ? $" The kubeconfig says of it: {HiddenCharacters.Unwrap(LikelySecrets.Hide(advice)).TrimEnd('.')}." : "";
}
