using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Playbooks;

/// <summary>Runs the stages that the user agreed to.</summary>
internal sealed class PlaybookStageRun(
    Cloud cloud, StageMarks marks, PlaybookCommand command, PlaybookLog log, PlaybookSecrets secrets, IActivity activity)
{
    private static readonly TimeSpan MarkPatience = TimeSpan.FromSeconds(30);

    /// <summary>The stages deploy from nothing.</summary>
    public bool Deploys { get; init; }

    public async Task<PlaybookRun> RunAsync(
        PlaybookRequest request, PlaybookRun whole, IReadOnlyList<PlaybookStage> stages, CancellationToken stop)
    {
        string work = $"Running playbooks for stack {whole.StackName}";
        long began = cloud.Time.GetTimestamp();
        IActivity shown = activity.AtMost(request.Timeout, cloud.Time);
        var results = new List<PlaybookStageResult>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(request.Timeout);
        try
        {
            foreach (PlaybookStage stage in stages)
            {
                int number = results.Count + 1;
                results.Add(await RunAsync(stage, request, whole, events => shown.Progress(new(
                    work, $"{stage.Name} ({stage.File}), stage {number} of {stages.Count}: {events.Task}{(events.Attempt is { } attempt ? $", {attempt}" : "")}")
                {
                    Percent = new Tally(number - 1, stages.Count, "stages").Percent,
                }), stop, limit.Token));
            }
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }

        return whole with { Stages = [.. results], Duration = cloud.Time.GetElapsedTime(began) };
    }

    private async Task<PlaybookStageResult> RunAsync(
        PlaybookStage stage, PlaybookRequest request, PlaybookRun whole, Action<PlaybookEvents> onChange, CancellationToken stop,
        CancellationToken limit)
    {
        var events = new PlaybookEvents(log.Write, onChange, secrets.Hide);
        long began = cloud.Time.GetTimestamp();
        log.Write($"== {stage.Name}: {stage.File}");
        bool isDone = false;
        // What ran before counts no longer: this time it may fail.
        await MarkAsync(stage, whole.StackName, isDone, isEnd: false);
        try
        {
            int code = await command.RunAsync(stage, events, cloud.SourceFile, limit);
            isDone = code == 0 ? true : throw Failed(stage, request, events, code);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            activity.Warning($"Stopped in the stage {stage.Name}, task '{events.Task}'. {Next(stage, request)} The log: {log.Path}");
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new HotstackException(
                ErrorCause.TimedOut, "PlaybookTimeout",
                $"The stage {stage.Name} ({stage.File}) had not ended after {TimeText.Of(request.Timeout)}; its last task was '{events.Task}'. "
                + $"The log: {log.Path}.")
            {
                Target = whole.StackName,
                Hint = $"Increase -Timeout. {Next(stage, request)}",
            };
        }
        finally
        {
            await MarkAsync(stage, whole.StackName, isDone, isEnd: true);
        }

        var result = new PlaybookStageResult(stage.Name, stage.File, events.Tasks, events.Changes, cloud.Time.GetElapsedTime(began));
        activity.Verbose($"{stage.Name}: {CountText.Of(result.Tasks, "task")}, {result.Changes} changed, after {result.DurationText}.");
        return result;
    }

    private HotstackException Failed(PlaybookStage stage, PlaybookRequest request, PlaybookEvents events, int code)
    {
        string reason = events.Failure is { } failure
            ? $"in the task '{failure.Task}' on {failure.Host}{(failure.IsUnreachable ? ", which was not reached" : "")}: "
                + (failure.Message.Length > 0 ? failure.Message : "no reason is given")
            : events.Errors.Length > 0 ? $"before its first task: {events.Errors}" : $"with exit code {code}";
        return new HotstackException(
            ErrorCause.OperationFailed, "PlaybookFailed",
            $"The stage {stage.Name} ({stage.File}) failed {reason.TrimEnd('.')}. The log: {log.Path}.")
        {
            Target = log.Path,
            Hint = $"Fix the cause. {Next(stage, request)}",
        };
    }

    private static string Next(PlaybookStage stage, PlaybookRequest request)
    {
        PlaybookStage[] left = [.. PlaybookStage.Of(request.Stages).SkipWhile(other => other != stage)];
        return left.Length == 0 ? $"The same command resumes with the stage {stage.Name}."
            : $"The same command with -Stage {string.Join(", ", left.AsEnumerable())} resumes.";
    }

    /// <summary>Not with the caller's token: the next run has to know what was begun.</summary>
    private async Task MarkAsync(PlaybookStage stage, string stackName, bool isDone, bool isEnd)
    {
        using var patience = new CancellationTokenSource(MarkPatience);
        try
        {
            Stack? bare = await marks.WriteAsync(stackName, stage, isDone, Deploys && stage == PlaybookStage.Infra, patience.Token);
            if (isEnd && bare is not null && !StageChoice.IsFailedCreation(bare))
            {
                activity.Warning($"Stack '{stackName}' ({bare.Status}) has no server yet that could hold the note which stages have run. Go on with "
                    + $"-Stage {string.Join(", ", PlaybookStage.FromNothing)}.");
            }
        }
        catch (Exception e) when (e is HotstackException or OperationCanceledException)
        {
            activity.Warning($"It is not noted in the cloud that the stage {stage.Name} {(isDone ? "has run" : "was begun")}: {e.Message}");
        }
    }
}
