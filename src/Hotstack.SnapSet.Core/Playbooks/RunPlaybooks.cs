using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Playbooks;

/// <summary>Runs upstream's playbooks by the real ansible-playbook, stage by stage. What has run is marked in the cloud, so the same request
/// resumes after a failure, on any machine.</summary>
/// <param name="cloud">The cloud of the stack.</param>
public sealed class RunPlaybooks(Cloud cloud)
{
    private const string WorkFolderHint = "Have the variable hotstack_work_dir name a folder in which you may write.";

    private readonly StageMarks _marks = new(cloud);

    internal IAnsible Ansible { get; init; } = new AnsibleProgram();

    /// <summary>How long the syntax check may take.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Chooses the stages, checks them, asks, and runs them.</summary>
    /// <param name="request">What is asked for, checked by <see cref="CheckPlaybooks"/>.</param>
    /// <param name="variables">What its variables say.</param>
    /// <param name="activity">Receives each stage and task.</param>
    /// <param name="confirm">Asked once, before the first stage.</param>
    /// <param name="stop">Ends ansible-playbook and its children.</param>
    /// <returns>The deployment; null if the user did not consent.</returns>
    /// <exception cref="HotstackException">Before any change: a stage would destroy a restored stack (<c>PlaybookStageRefused</c>), it is
    /// unknown what has run (<c>PlaybookStagesUnknown</c>), Ansible refuses a playbook (<c>PlaybookInvalid</c>),
    /// <c>PlaybookLogNotWritten</c>. Later: <c>PlaybookFailed</c>, <c>PlaybookTimeout</c>.</exception>
    public async Task<PlaybookRun?> RunAsync(
        PlaybookRequest request, PlaybookVariables variables, IActivity activity, Confirmation confirm, CancellationToken stop)
    {
        RequireFirstRegion(request);
        Stack? stack = await cloud.Stacks.FindAsync(variables.StackName, stop);
        IReadOnlyList<PlaybookStage> stages = await new StageChoice(_marks).ChooseAsync(request, variables, stack, stop);
        var whole = new PlaybookRun
        {
            StackName = variables.StackName,
            Scenario = variables.Scenario,
            Checkout = request.Checkout,
            Cloud = cloud.Name,
            Region = cloud.Region,
            ProjectId = await cloud.GetProjectIdAsync(stop),
        };
        if (stages.Count == 0)
        {
            activity.Warning($"All stages have run on stack '{variables.StackName}': nothing is left to do. Name a stage with -Stage to run it again.");
            return whole;
        }

        var secrets = new PlaybookSecrets(request);
        // The name as it is now: an expression may give another one later.
        using var command = new PlaybookCommand(Ansible, request with { StackName = variables.StackName }, cloud.Name);
        await RequireValidAsync(command, stages, secrets, activity, stop);
        WarnOfPullSecret(stages, variables, activity);
        string? outputs = OutputsFile(request, stages, variables, stack);
        string action = $"run {string.Join(", ", stages.Select(stage => stage.File))} of {request.Checkout} with ansible-playbook";
        if (!await confirm($"Stack {variables.StackName}", char.ToUpperInvariant(action[0]) + action[1..]))
        {
            return null;
        }

        if (outputs is not null)
        {
            await KeepOutputsAsync(outputs, stack!, activity, stop);
        }

        using var log = PlaybookLog.Create(request.LogFolder ?? variables.WorkFolder, variables.StackName, cloud.Time.GetUtcNow(), secrets, activity);
        activity.Verbose($"The output of Ansible goes to {log.Path}.");
        return await new PlaybookStageRun(cloud, _marks, command, log, secrets, activity) { Deploys = StageChoice.Deploys(stages, stack) }
            .RunAsync(request, whole with { LogPath = log.Path }, stages, stop);
    }

    private async Task RequireValidAsync(
        PlaybookCommand command, IReadOnlyList<PlaybookStage> stages, PlaybookSecrets secrets, IActivity activity, CancellationToken stop)
    {
        var events = new PlaybookEvents(line => activity.Debug(secrets.Hide(line)), _ => { }, secrets.Hide);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            int code = await command.CheckAsync(stages, events, limit.Token);
            if (code != 0)
            {
                throw Invalid(stages, events.Errors.Length > 0 ? events.Errors : $"ansible-playbook --syntax-check ended with exit code {code}");
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Invalid(stages, $"ansible-playbook --syntax-check did not end within {TimeText.Of(Patience)}");
        }
    }

    private static HotstackException Invalid(IReadOnlyList<PlaybookStage> stages, string why) => new(
        ErrorCause.ConfigurationInvalid, "PlaybookInvalid",
        $"Ansible cannot run the playbooks, and nothing was done: {why.TrimEnd('.')}.")
    {
        Target = stages[0].File,
        Hint = "If a collection is missing: ansible-galaxy collection install -r requirements.yml, in the checkout.",
    };

    /// <summary>Upstream's tasks name the cloud alone, and for a cloud of a file openstacksdk takes no region from the environment.</summary>
    /// <remarks>openstacksdk: openstack/config/loader.py; hotstack: roles/heat_stack/tasks/main.yml.</remarks>
    private void RequireFirstRegion(PlaybookRequest request)
    {
        if (cloud.Region != cloud.FirstRegion)
        {
            string first = cloud.FirstRegion is { } name ? $"region {name}" : "no region";
            throw new ViolationsException(
                "PlaybookInputInvalid", request.Checkout, [$"Ansible would use {first} of cloud {cloud.Name}, not {cloud.Region}"])
            {
                Hint = $"Make an entry in clouds.yaml with region_name {cloud.Region} alone, and name it with -Cloud.",
            };
        }
    }

    private static void WarnOfPullSecret(IReadOnlyList<PlaybookStage> stages, PlaybookVariables variables, IActivity activity)
    {
        if (stages.Any(stage => stage.Name is "OpenShift" or "MicroShift") && variables.PullSecretFile is { } file && !File.Exists(file))
        {
            activity.Warning($"The variable pull_secret_file names {file}, and there is no such file: the installation will fail without it.");
        }
    }

    /// <summary>All stages but the first read the outputs of the stack from a file that upstream writes in the first. On another machine it is
    /// missing, and a stack that was made anew or restored has other outputs.</summary>
    /// <returns>The file; null if the first stage writes it.</returns>
    private static string? OutputsFile(
        PlaybookRequest request, IReadOnlyList<PlaybookStage> stages, PlaybookVariables variables, Stack? stack)
    {
        if (stages.Contains(PlaybookStage.Infra) || stack is null)
        {
            return null;
        }

        string file = StackOutputsFile.Locate(variables.WorkFolder + Path.DirectorySeparatorChar, stack.Name);
        return StackOutputsFile.Obstacle(file) is not { } obstacle ? file
            : throw new ViolationsException("PlaybookInputInvalid", request.Checkout, [obstacle]) { Hint = WorkFolderHint };
    }

    /// <summary>What a restore of these servers added to the file stays.</summary>
    private async Task KeepOutputsAsync(string file, Stack stack, IActivity activity, CancellationToken stop)
    {
        IReadOnlyList<RestoredServerId> ids = StackOutputsFile.ServerIdsIn(file, stop);
        string[] present = ids.Count == 0 ? []
            : [.. (await cloud.Stacks.ListResourcesAsync(stack, stop)).Select(resource => resource.PhysicalId)];
        StackOutputsFile.Write(file, stack, ids.All(id => present.Contains(id.Id)) ? ids : [], [], activity, WorkFolderHint);
    }
}
