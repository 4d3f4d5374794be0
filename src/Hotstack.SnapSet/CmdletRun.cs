using System.Management.Automation;
using Hotstack.OpenStack;

namespace Hotstack;

/// <summary>What a cmdlet's work needs while it runs beside PowerShell's thread.</summary>
internal sealed class CmdletRun(Cmdlet cmdlet, CmdletActivity activity, Func<Cloud> connect, CancellationToken stop)
{
    private Cloud? _cloud;

    /// <summary>The connection, made at the first use.</summary>
    public Cloud Cloud => _cloud ??= connect();

    public bool IsConnected => _cloud is not null;

    /// <summary>PowerShell's streams.</summary>
    public IActivity Activity { get; } = activity;

    /// <summary>Ends when the user or the rest of the pipeline wants no more.</summary>
    public CancellationToken Stop { get; } = stop;

    /// <summary>Gives one object to the pipeline; null gives nothing.</summary>
    public void Write(object? output)
    {
        if (output is not null && !Stop.IsCancellationRequested)
        {
            activity.Post(() => cmdlet.WriteObject(output));
        }
    }

    /// <summary>Gives objects to the pipeline one by one.</summary>
    public void WriteEach(IEnumerable<object> outputs)
    {
        foreach (object output in outputs)
        {
            Write(output);
        }
    }

    /// <summary>Reports the failure of one of several things. Who hears of nothing else any more is warned of it.</summary>
    public void Fail(HotstackException failure)
    {
        if (Stop.IsCancellationRequested)
        {
            Activity.Warning(failure.Message);
        }
        else
        {
            activity.Post(() => cmdlet.WriteError(ErrorClassification.ToErrorRecord(failure)));
        }
    }

    /// <summary>Asks as <c>-WhatIf</c> and <c>-Confirm</c> say.</summary>
    public Task<bool> ConfirmAsync(string target, string action)
    {
        var reply = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        activity.Post(() =>
        {
            try
            {
                reply.SetResult(cmdlet.ShouldProcess(target, action));
            }
            finally
            {
                reply.TrySetCanceled();
            }
        });
        return reply.Task;
    }

    /// <summary>Does the work. Its failure is not lost if PowerShell takes errors no longer.</summary>
    public async Task DoAsync(Func<CmdletRun, Task> work)
    {
        try
        {
            await work(this);
        }
        catch (HotstackException e) when (Stop.IsCancellationRequested)
        {
            Activity.Warning(e.Message);
            throw;
        }
    }
}
