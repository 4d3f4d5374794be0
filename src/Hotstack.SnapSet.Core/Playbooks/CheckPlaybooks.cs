using System.Text.RegularExpressions;

namespace Hotstack.Playbooks;

/// <summary>Checks a request as far as that is possible without the cloud, and has Ansible itself tell what the variables say.</summary>
public sealed partial class CheckPlaybooks
{
    /// <summary>Our plugin is enabled by a variable that this release brought.</summary>
    private static readonly Version Oldest = new(2, 11);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    internal IAnsible Ansible { get; init; } = new AnsibleProgram();

    /// <summary>How long ansible-playbook may take for an answer.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Checks program, checkout and files, and evaluates the variables.</summary>
    /// <exception cref="ViolationsException">The checkout is none, or a file is missing (<c>PlaybookInputInvalid</c>).</exception>
    /// <exception cref="HotstackException"><c>PlaybookProgramNotFound</c>, <c>PlaybookProgramTooOld</c>, or the variables do not name a
    /// stack (<c>PlaybookVariablesInvalid</c>).</exception>
    public async Task<PlaybookVariables> RunAsync(PlaybookRequest request, IActivity activity, CancellationToken stop)
    {
        string[] violations = [.. Violations(request)];
        if (violations.Length > 0)
        {
            throw new ViolationsException("PlaybookInputInvalid", request.Checkout, violations)
            {
                Hint = "Name the folder of a checkout of openstack-k8s-operators/hotstack with -Path, and existing files with -ParameterFile.",
            };
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        using var command = new PlaybookCommand(Ansible, request, null);
        string? version = null;
        try
        {
            version = await RequireVersionAsync(command, limit.Token);
            activity.Verbose($"Using {version}.");
            return await ReadAsync(command, request, activity, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw version is null
                ? TooOld($"ansible-playbook did not answer within {TimeText.Of(Patience)} when it was asked for its version.")
                : VariablesInvalid(request, $"Ansible did not tell them within {TimeText.Of(Patience)}");
        }
    }

    private static IEnumerable<string> Violations(PlaybookRequest request)
    {
        if (!Directory.Exists(request.Checkout))
        {
            yield return "there is no such folder";
        }
        else
        {
            IReadOnlyList<PlaybookStage> stages = request.Stages.Count > 0 ? PlaybookStage.Of(request.Stages) : PlaybookStage.FromNothing;
            string[] missing = [.. stages.Select(stage => stage.File).Append("roles").Where(
                name => !Path.Exists(Path.Combine(request.Checkout, name)))];
            if (missing.Length > 0)
            {
                yield return $"this is no checkout of Hotstack: it lacks {string.Join(", ", missing)}";
            }
        }

        foreach (string file in request.ParameterFiles.Where(file => !File.Exists(file)))
        {
            yield return $"there is no file {file}";
        }

        foreach (string file in request.ParameterFiles.Where(file => file.Contains('$', StringComparison.Ordinal)))
        {
            yield return $"Ansible would take the $ in the path {file} for a variable";
        }

        if (request.HasCredential)
        {
            yield return "Ansible logs in by clouds.yaml, so that -Credential cannot be given";
        }

        if (request.Timeout <= TimeSpan.Zero || request.Timeout > Longest)
        {
            yield return $"the timeout must be longer than 0 s and at most {TimeText.Of(Longest)}, not {TimeText.Of(request.Timeout)}";
        }
    }

    private static async Task<string> RequireVersionAsync(PlaybookCommand command, CancellationToken stop)
    {
        var lines = new List<string>();
        int code = await command.AskVersionAsync(lines.Add, stop);
        Match found = VersionLine().Match(string.Join('\n', lines));
        string said = DisplayText.OfProse(lines.FirstOrDefault() ?? $"nothing, exit code {code}").ToString();
        return found.Success && Version.Parse(found.Groups[1].Value) >= Oldest ? said
            : throw TooOld($"ansible-playbook says '{said}'; {Oldest} or newer is needed.");
    }

    private static HotstackException TooOld(string message) => new(ErrorCause.ConfigurationInvalid, "PlaybookProgramTooOld", message)
    {
        Target = "ansible-playbook",
        Hint = "Install a newer ansible-core, for example with 'pipx install ansible-core', and have its folder first in PATH.",
    };

    private static async Task<PlaybookVariables> ReadAsync(
        PlaybookCommand command, PlaybookRequest request, IActivity activity, CancellationToken stop)
    {
        var secrets = new PlaybookSecrets(request);
        var events = new PlaybookEvents(line => activity.Debug(secrets.Hide(line)), _ => { }, secrets.Hide);
        int code = await command.ReadVariablesAsync(events, stop);
        if (code != 0 || events.Result is not { } told)
        {
            throw VariablesInvalid(
                request, events.Failure?.Message ?? (events.Errors.Length > 0 ? events.Errors : $"ansible-playbook ended with exit code {code}"));
        }

        string stack = told.Text("stack_name") ?? "";
        if (!StackNames().IsMatch(stack))
        {
            throw VariablesInvalid(
                request, stack.Length == 0 ? "they name no stack (stack_name is empty)" : $"Heat takes no stack of the name '{stack}'");
        }

        string? Of(string name) => told.Text(name) is { } text ? command.AsOfCheckout(text) : null;
        return new PlaybookVariables(
            stack, Of("os_cloud"), Of("scenario"),
            Path.GetFullPath(Absolute(Of("work_dir") ?? request.Checkout), request.Checkout),
            Of("pull_secret_file") is { } file ? Path.GetFullPath(Absolute(file), request.Checkout) : null);
    }

    /// <summary>As Ansible's modules do.</summary>
    private static string Absolute(string path) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : path;

    private static HotstackException VariablesInvalid(PlaybookRequest request, string why) => new(
        ErrorCause.InputInvalid, "PlaybookVariablesInvalid", $"The variables for {request.Checkout} cannot be used: {why.TrimEnd('.')}.")
    {
        Target = request.ParameterFiles is [.., var last] ? last : request.Checkout,
        Hint = "Give the scenario's bootstrap_vars.yml and your own files with -ParameterFile, and what they lack with -Variable.",
    };

    [GeneratedRegex(@"^ansible-playbook (?:\[\w+ )?(\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex VersionLine();

    /// <summary>heat: api/openstack/v1/stacks.py; also safe as the name of a file.</summary>
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{0,254}\z")]
    private static partial Regex StackNames();
}
