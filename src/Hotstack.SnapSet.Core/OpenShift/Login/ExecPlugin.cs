using Hotstack.Configuration;

namespace Hotstack.OpenShift.Login;

/// <summary>Whether a plugin reads from the terminal.</summary>
internal enum ExecInteraction
{
    /// <summary>It never does.</summary>
    Never,

    /// <summary>It does if there is one.</summary>
    IfAvailable,

    /// <summary>It cannot work without.</summary>
    Always,
}

/// <summary>The program by which a user of a kubeconfig logs in (<c>exec</c>), and all that it is given. Holds secrets.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.</remarks>
internal sealed record ExecPlugin
{
    /// <summary>Whose it is, for messages: <c>user anna (/home/anna/.kube/config)</c>.</summary>
    public required string Title { get; init; }

    /// <summary>An absolute path, or a bare name that is looked up in PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments, each as it is.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets beside ours; of two of one name the last counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The version that it is spoken to in, and has to answer in: <c>client.authentication.k8s.io/v1</c>.</summary>
    public required string ApiVersion { get; init; }

    public ExecInteraction Interaction { get; init; }

    /// <summary>What its kubeconfig says of how to install it; null for nothing.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Whether it is told of the cluster.</summary>
    public bool ProvidesClusterInfo { get; init; }

    /// <summary>JSON of what the cluster's entry has for it; null for nothing.</summary>
    public string? ClusterConfig { get; init; }

    /// <summary><c>disable-compression</c> of the cluster, which it is told.</summary>
    public bool DisablesCompression { get; init; }

    /// <summary>Where it runs: the user's current directory; empty for the process's.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The command for messages.</summary>
    public string Name => PathValue.Shown(Command);

    /// <summary>What of it must not be shown, also where the program itself writes it: values of variables, and of arguments that look
    /// like secrets.</summary>
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
            $"The {Title} logs in by the program {Name}, which is not {(isPath ? "there" : "in PATH")}.")
        {
            Hint = $"{(isPath ? "Install it; a relative path starts from the kubeconfig's folder" : "Install it, or add its folder to PATH")}.{Advice} {Instead}",
            Target = Name,
        };

    public LoginException NeedsTerminal() =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginNeedsTerminal",
            $"The {Title} logs in by the program {Name}, which needs a terminal (interactiveMode: Always), and there is none.")
        {
            Hint = $"Run the command in a terminal, without input from a pipe or file. {Instead}",
            Target = Name,
        };

    public LoginException CannotStart(string reason, Exception? inner) =>
        new(ErrorCause.ConfigurationInvalid, "ExecPluginFailed",
            $"The program {Name}, by which the {Title} logs in, cannot be started: {reason}.", inner)
        {
            Hint = $"Make it executable, and check what its first line names.{Advice}",
            Target = Name,
        };

    /// <param name="exitCode">Not 0.</param>
    /// <param name="told">The last of what it wrote to its error output, without secrets; empty for nothing.</param>
    public LoginException Failed(int exitCode, string told) =>
        new(ErrorCause.AuthenticationFailed, "ExecPluginFailed", DisplayText.OfProse(
            $"The program {Name}, by which the {Title} logs in, ended with exit code {exitCode}"
            + (told.Length > 0 ? $": {told}" : ", and did not say why.")))
        {
            Hint = $"Log in again with the tool that it belongs to (such as 'oc login', 'aws sso login' or 'az login'), or run it by hand.{Advice}",
            Target = Name,
            IsTransient = true,
        };

    public LoginException Timeout(TimeSpan limit, string told) =>
        new(ErrorCause.TimedOut, "ExecPluginTimeout", DisplayText.OfProse(
            $"The program {Name}, by which the {Title} logs in, had not ended after {TimeText.Of(limit)}, and was stopped"
            + (told.Length > 0 ? $". The last that it said: {told}" : ".")))
        {
            Hint = "Log in by hand first with the tool that it belongs to: it may wait for a login in a browser or at a terminal.",
            Target = Name,
            IsTransient = true,
        };

    /// <param name="problem">What is wrong with what it wrote, without quoting it.</param>
    public LoginException AnswerInvalid(string problem) =>
        new(ErrorCause.ResponseInvalid, AnswerInvalidId, $"The program {Name}, by which the {Title} logs in, {problem}.")
        {
            Hint = $"Its output has to be an ExecCredential of {ApiVersion} and nothing else; it is not shown here, as it may hold a token. "
                + "Update the program, or have it write the kubeconfig again.",
            Target = Name,
        };

    private string Advice =>
        InstallHint is { } advice ? $" The kubeconfig says of it: {DisplayText.Unwrap(LikelySecrets.Hide(advice)).TrimEnd('.')}." : "";
}
