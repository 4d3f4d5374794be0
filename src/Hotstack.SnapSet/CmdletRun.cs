using System.Management.Automation;
using System.Management.Automation.Host;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;

namespace Hotstack;

/// <summary>What a cmdlet's work needs while it runs beside PowerShell's thread.</summary>
internal sealed class CmdletRun(
    Cmdlet cmdlet, CmdletActivity activity, Func<Cloud> connectToCloud, Func<Cluster> connectToCluster, CancellationToken stop)
{
    private Cloud? _cloud;
    private Cluster? _cluster;
    private Cluster? _loggedIn;

    /// <summary>The connection to the cloud, made at the first use.</summary>
    public Cloud Cloud => _cloud ??= connectToCloud();

    /// <summary>The connection to the cluster, made at the first use, with the login that it takes.</summary>
    public Cluster Cluster => _loggedIn ??= LoggedIn(ClusterBeforeLogin);

    /// <summary>The same without a login: for a cluster that may be off, on which the login itself may depend, or that nobody named.</summary>
    public Cluster ClusterBeforeLogin => _cluster ??= connectToCluster();

    public bool IsConnected => _cloud is not null || _cluster is not null;

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
            Activity.Warning(failure.Text);
        }
        else
        {
            activity.Post(() => cmdlet.WriteError(ErrorClassification.ToErrorRecord(failure)));
        }
    }

    /// <summary>Asks as <c>-WhatIf</c> and <c>-Confirm</c> say.</summary>
    public Task<bool> ConfirmAsync(DisplayText target, DisplayText action) => AskAsync(() => cmdlet.ShouldProcess(target, action));

    private Cluster LoggedIn(Cluster cluster)
    {
        // On a thread beside PowerShell's, which goes on to show what is told meanwhile.
        cluster.LogInAsync(Stop).GetAwaiter().GetResult();
        return cluster;
    }

    private Task<bool> AskAsync(Func<bool> question)
    {
        var reply = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        activity.Post(() =>
        {
            try
            {
                reply.SetResult(question());
            }
            finally
            {
                reply.TrySetCanceled();
            }
        });
        return reply.Task;
    }

    /// <summary>Asks as for something of high impact: also where only that is asked for, and with the risk said in the question.
    /// <c>-Confirm:$false</c> answers it.</summary>
    public async Task<bool> ConfirmRiskAsync(DisplayText target, DisplayText action)
    {
        if (!await ConfirmAsync(target, action))
        {
            return false;
        }

        // With -Confirm the user has just been asked.
        return ((PSCmdlet)cmdlet).MyInvocation.BoundParameters.ContainsKey("Confirm")
            || await AskAsync(() => cmdlet.ShouldContinue($"{action}?", target));
    }

    /// <summary>Asks whether files may be sent to the cloud before there is a plan. <c>-Confirm:$false</c> answers it, and then the files
    /// are told.</summary>
    public async Task<Consent> ConsentToSendAsync(DisplayText target, DisplayText action)
    {
        var reason = ShouldProcessReason.None;
        string what = $"{target}: {action}";
        if (!await AskAsync(() => cmdlet.ShouldProcess(what, $"{what}{Environment.NewLine}May they be sent?", "Confirm", out reason)))
        {
            return reason == ShouldProcessReason.WhatIf ? Consent.OnlyShown : Consent.Refused;
        }

        if (((PSCmdlet)cmdlet).MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm))
        {
            // With -Confirm the user has just been asked.
            if (confirm is SwitchParameter { IsPresent: false })
            {
                Activity.Warning(DisplayText.Lines(what.Split(Environment.NewLine)));
            }

            return Consent.Given;
        }

        bool? answer = null;
        await AskAsync(() =>
        {
            try
            {
                answer = cmdlet.ShouldContinue(
                    $"{action}{Environment.NewLine}They are sent before the plan is shown. May they be sent?", target);
            }
            catch (Exception e) when (e is PSInvalidOperationException or HostException)
            {
                // -NonInteractive, or a host that has no prompt.
            }

            return true;
        });
        return answer switch { true => Consent.Given, false => Consent.Refused, _ => Consent.NotPossible };
    }

    /// <summary>Does the work for each set that ids and patterns stand for. The failure of one keeps no other.</summary>
    public async Task ForEachSetAsync(IEnumerable<SnapSetReference> ids, Func<SnapSetReference, Task> work)
    {
        foreach (SnapSetReference pattern in ids)
        {
            foreach (SnapSetReference id in await new FindSnapSets(Cloud).ExpandAsync(pattern, Stop))
            {
                try
                {
                    await work(id);
                }
                catch (HotstackException e) when (!ErrorClassification.ConcernsAll(e))
                {
                    Fail(e);
                }
            }
        }
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
            Activity.Warning(e.Text);
            throw;
        }
    }
}
