using System.Management.Automation;
using System.Management.Automation.Host;
using Hotstack.OpenShift;
using Hotstack.OpenStack;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Find;
using Hotstack.SnapSets.Restore;

namespace Hotstack.Hosting;

/// <summary>What a cmdlet's work needs while it runs on another thread than PowerShell's.</summary>
internal sealed class CmdletRun(
    PSCmdlet cmdlet, CmdletActivity activity, Func<Cloud> connectToCloud, Func<Cluster> connectToCluster, CancellationToken stop)
{
    private Cloud? _cloud;
    private Cluster? _cluster;
    private Cluster? _loggedIn;

    /// <summary>The connection to the cloud, opened at the first use.</summary>
    public Cloud Cloud => _cloud ??= connectToCloud();

    /// <summary>The connection to the cluster, opened at the first use and logged in.</summary>
    public Cluster Cluster => _loggedIn ??= LoggedIn(ClusterBeforeLogin);

    /// <summary>The same without a login: for a cluster that may be off, that the login itself may depend on, or that nobody
    /// named.</summary>
    public Cluster ClusterBeforeLogin => _cluster ??= connectToCluster();

    public bool IsConnected => _cloud is not null || _cluster is not null;

    /// <summary>PowerShell's streams.</summary>
    public IActivity Activity { get; } = activity;

    /// <summary>Cancelled by Ctrl+C, or when the rest of the pipeline stops.</summary>
    public CancellationToken Stop { get; } = stop;

    /// <summary>Writes one object to the pipeline; null writes nothing.</summary>
    public void Write(object? output)
    {
        if (output is not null && !Stop.IsCancellationRequested)
        {
            activity.Post(() => cmdlet.WriteObject(output));
        }
    }

    /// <summary>Writes objects to the pipeline one by one.</summary>
    public void WriteEach(IEnumerable<object> outputs)
    {
        foreach (object output in outputs)
        {
            Write(output);
        }
    }

    /// <summary>Reports the failure of one of several objects: as an error, or as a warning after Ctrl+C, when errors are no longer
    /// shown.</summary>
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

    /// <summary>Asks for confirmation, as <c>-WhatIf</c> and <c>-Confirm</c> demand.</summary>
    public Task<bool> ConfirmAsync(DisplayText target, DisplayText action) => AskAsync(() => cmdlet.ShouldProcess(target, action));

    private Cluster LoggedIn(Cluster cluster)
    {
        // This is not PowerShell's thread, which continues to show messages meanwhile.
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

    /// <summary>Asks for confirmation whatever <c>$ConfirmPreference</c> is. <c>-Confirm:$false</c> answers it.</summary>
    public async Task<bool> ConfirmRiskAsync(DisplayText target, DisplayText action)
    {
        if (!await ConfirmAsync(target, action))
        {
            return false;
        }

        // With -Confirm the user has just answered.
        return cmdlet.MyInvocation.BoundParameters.ContainsKey("Confirm")
            || await AskAsync(() => cmdlet.ShouldContinue($"{action}?", target));
    }

    /// <summary>Asks whether files may be sent to the cloud before there is a plan. <c>-Confirm:$false</c> answers it; a warning then lists
    /// the files.</summary>
    public async Task<Consent> ConsentToSendAsync(DisplayText target, DisplayText action)
    {
        var reason = ShouldProcessReason.None;
        string what = $"{target}: {action}";
        if (!await AskAsync(() => cmdlet.ShouldProcess(what, $"{what}{Environment.NewLine}May they be sent?", "Confirm", out reason)))
        {
            return reason == ShouldProcessReason.WhatIf ? Consent.OnlyShown : Consent.Refused;
        }

        if (cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm))
        {
            // With -Confirm the user has just answered.
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

    /// <summary>Does the work for each set that ids and patterns stand for. The failure of one does not stop the others.</summary>
    public async Task ForEachSetAsync(IEnumerable<SnapSetReference> ids, Func<SnapSetReference, Task> work)
    {
        foreach (SnapSetReference pattern in ids)
        {
            foreach (SnapSetReference id in await new GetSnapSets(Cloud).ExpandAsync(pattern, Stop))
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

    /// <summary>Does the work. Its failure becomes a warning if PowerShell no longer takes errors.</summary>
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
