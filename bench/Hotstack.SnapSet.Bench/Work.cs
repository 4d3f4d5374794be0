namespace Hotstack.Bench;

/// <summary>A piece of work that is measured: as a line of PowerShell, and by what <see cref="CoreWork"/> calls it.</summary>
internal sealed record Work(string Script, params string[] Core)
{
    public static Work List { get; } = new("Get-HotstackSnapSet", "list");

    public static Work Latest { get; } = new("Get-HotstackSnapSet -Latest", "latest");

    public static Work Report { get; } = new("Test-HotstackCluster", "report");

    /// <summary>A report of a deployment's cluster: through its controller unless <c>KUBECONFIG</c> is set.</summary>
    public static Work ReportOf(string stack) => new($"Test-HotstackCluster -StackName '{stack}'", "report", stack);

    /// <summary>A set of some servers.</summary>
    /// <param name="quick">With shorter pauses than usual.</param>
    /// <param name="servers">By default those that a sandbox got beside its deployment.</param>
    public static Work Create(bool quick = false, string servers = "extra*") => new(
        $"Get-HotstackInstance -Server {servers} -Role ocp_worker | New-HotstackSnapSet -Timeout 2h{(quick ? " -PollInterval 1s" : "")}",
        "create", servers, quick ? "1" : "2");

    public static Work OfStack(string stack) => new($"Get-HotstackSnapSet -StackName '{stack}'", "of-stack", stack);

    /// <summary>Retention, as in a nightly job.</summary>
    public static Work Prune { get; } = new(
        $"Remove-HotstackSnapSet -OlderThan {ManySets.Old.Days}d -PassThru -Confirm:$false", "prune", $"{ManySets.Old.Days}");

    public static Work Restore(string id, string stack, string template) => new(
        $"Restore-HotstackSnapSet '{id}' '{stack}' -Template '{template}' -Confirm:$false", "restore", id, stack, template);

    public static Work Export(string id, string path) => new($"Export-HotstackSnapSet '{id}' '{path}'", "export", id, path);

    public static Work Import(string path) => new($"Import-HotstackSnapSet '{path}'", "import", path);

    /// <param name="stack">The deployment.</param>
    public static Work Suspend(string stack) => new($"Suspend-HotstackCluster '{stack}' -Confirm:$false", "suspend", stack);

    /// <param name="stack">The deployment.</param>
    /// <param name="settle">Seconds that the operators get; null for the usual times of this and of stability.</param>
    public static Work Revive(string stack, int? settle = null) => new(
        $"Invoke-HotstackRevive '{stack}'" + (settle is null ? "" : $" -SettleTime {settle}s -StableFor 1s -PollInterval 1s"),
        ["revive", stack, .. settle is null ? Array.Empty<string>() : [$"{settle}"]]);
}
