using Hotstack.Configuration;

namespace Hotstack.OpenShift.Login;

/// <summary>Whether a plugin reads from the terminal.</summary>
internal enum ExecInteraction
{
    /// <summary>It never does.</summary>
    Never,

    /// <summary>It does if there is a terminal.</summary>
    IfAvailable,

    /// <summary>It requires a terminal.</summary>
    Always,
}

/// <summary>The program with which a user of a kubeconfig logs in (<c>exec</c>), and its input. Holds secrets.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.</remarks>
internal sealed record ExecPlugin
{
    /// <summary>Its owner, for messages: <c>user anna (/home/anna/.kube/config)</c>.</summary>
    public required string Title { get; init; }

    /// <summary>An absolute path, or a bare name that is looked up in PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments, unquoted.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables in addition to ours; the last of one name counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The API version of request and answer: <c>client.authentication.k8s.io/v1</c>.</summary>
    public required string ApiVersion { get; init; }

    public ExecInteraction Interaction { get; init; }

    /// <summary>The kubeconfig's hint how to install it; null for none.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Whether it gets information about the cluster.</summary>
    public bool ProvidesClusterInfo { get; init; }

    /// <summary>JSON from the cluster's entry for it; null for none.</summary>
    public string? ClusterConfig { get; init; }

    /// <summary><c>disable-compression</c> of the cluster.</summary>
    public bool DisablesCompression { get; init; }

    /// <summary>Its working directory: the user's current one; empty for that of the process.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The command for messages.</summary>
    public string Name => PathValue.Shown(Command);

    /// <summary>Its secrets, which are hidden in its own output too: values of variables, and arguments that look like secrets.</summary>
    public IEnumerable<string> Secrets => Variables.Select(variable => variable.Value).Concat(SecretArguments());

    /// <inheritdoc/>
    public override string ToString() => Name;

    private IEnumerable<string> SecretArguments()
    {
        bool isNamed = false;
        foreach (string argument in Arguments)
        {
            int sign = argument.StartsWith('-') ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            string name = (sign < 0 ? argument : argument[..sign]).TrimStart('-');
            if (sign >= 0 ? LikelySecrets.IsNameOfOne(name) : isNamed || PathValue.MayBeSecret(argument))
            {
                yield return argument[(sign + 1)..];
            }

            isNamed = sign < 0 && argument.StartsWith('-') && LikelySecrets.IsNameOfOne(name);
        }
    }

    public const string AnswerInvalidId = "ExecPluginAnswerInvalid";

    private const string Instead = "Or use a kubeconfig with a client certificate, such as the installer's auth/kubeconfig, or one with a token ('oc create token').";

    public LoginException NotFound(bool isPath) =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginNotFound",
            $"The {Title} logs in with the program {Name}, which is not {(isPath ? "a file" : "in PATH")}.")
        {
            Hint = $"{(isPath ? "Install it; a relative path starts from the kubeconfig's folder" : "Install it, or add its folder to PATH")}.{Advice} {Instead}",
            Target = Name,
        };

    public LoginException NeedsTerminal() =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginNeedsTerminal",
            $"The {Title} logs in with the program {Name}, which needs a terminal (interactiveMode: Always), but there is none.")
        {
            Hint = $"Run the command in a terminal, without input from a pipe or file. {Instead}",
            Target = Name,
        };

    public LoginException CannotStart(string reason, Exception? inner) =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginFailed",
            $"The program {Name}, with which the {Title} logs in, cannot be started: {reason}.", inner)
        {
            Hint = $"Make it executable, and check the interpreter in its first line.{Advice}",
            Target = Name,
        };

    /// <param name="exitCode">Not 0.</param>
    /// <param name="told">The end of its error output, without secrets; empty for nothing.</param>
    public LoginException Failed(int exitCode, string told) =>
        new(ErrorCause.AuthenticationFailed, "ExecPluginFailed", DisplayText.OfProse(
            $"The program {Name}, with which the {Title} logs in, ended with exit code {exitCode}"
            + (told.Length > 0 ? $": {told}" : " without an error message.")))
        {
            Hint = $"Log in again with its tool (such as 'oc login', 'aws sso login' or 'az login'), or run it by hand.{Advice}",
            Target = Name,
            IsTransient = true,
        };

    public LoginException Timeout(TimeSpan limit, string told) =>
        new(ErrorCause.TimedOut, "ExecPluginTimeout", DisplayText.OfProse(
            $"The program {Name}, with which the {Title} logs in, did not end within {TimeText.Of(limit)} and was stopped"
            + (told.Length > 0 ? $". Its last output: {told}" : ".")))
        {
            Hint = "Log in by hand first, with its tool: it may wait for a login in a browser or at a terminal.",
            Target = Name,
            IsTransient = true,
        };

    /// <param name="problem">The problem of its output, without a quote.</param>
    public LoginException AnswerInvalid(string problem) =>
        new(ErrorCause.ResponseInvalid, AnswerInvalidId, $"The program {Name}, with which the {Title} logs in, {problem}.")
        {
            Hint = $"Its output must be an ExecCredential of {ApiVersion} and nothing else; it is not shown, as it may hold a token. "
                + "Update the program, or let it write the kubeconfig again.",
            Target = Name,
        };

    private string Advice =>
        InstallHint is { } advice ? $" The kubeconfig says of it: {DisplayText.Unwrap(LikelySecrets.Hide(advice)).TrimEnd('.')}." : "";
}
