using System.Diagnostics;
using System.Globalization;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Controllers;

namespace Hotstack.Trials.Workflows;

/// <summary>The controller that the cluster of a trial is behind, and the ssh that leads there. It keeps a list of all processes of ssh,
/// so that a trial can end them and find those that are left.</summary>
internal sealed class Controller : IAsyncDisposable
{
    /// <summary>By the real clock, for a process to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SandboxController _controller;
    private readonly string _list;
    private readonly string _outage;

    private Controller(SandboxController controller, string stack, bool isBooting)
    {
        _controller = controller;
        _list = Path.Combine(controller.Folder, "processes");
        _outage = Path.Combine(controller.Folder, "outage");
        Route = new Route(stack, isBooting, Path.Combine(controller.Folder, "ssh"), Path.Combine(controller.Folder, "user"));
    }

    /// <summary>The way for a session.</summary>
    public Route Route { get; }

    /// <summary>All processes of ssh so far.</summary>
    public IReadOnlyList<SshRun> Runs => File.Exists(_list)
        ? [.. File.ReadAllLines(_list).Select(line => line.Split(' ', 2))
            .Select(parts => new SshRun(int.Parse(parts[0], CultureInfo.InvariantCulture), Path.GetDirectoryName(parts[1])!))]
        : [];

    /// <summary>What is left of them now.</summary>
    public IEnumerable<Thing> Left => Runs.Where(run => run.IsAlive || Directory.Exists(run.Folder))
        .Select(run => new Thing("ssh", run.Folder, run.Folder, run.IsAlive ? $"process {run.Id} runs" : "the folder is there", []));

    /// <summary>Puts the cluster of a sandbox behind its controller.</summary>
    public static async Task<Controller> StartAsync(SandboxServer sandbox, string stack, bool isBooting, CancellationToken stop)
    {
        // A real sshd would take more time to start than a trial takes.
        var controller = new Controller(
            await SandboxController.StartAsync(sandbox, new ControllerOptions { MayBeReal = false }, stop), stack, isBooting);
        Directory.CreateDirectory(controller.Route.Home);
        await controller.WriteProgramAsync(stop);
        return controller;
    }

    /// <summary>Ends the connection: the server's side of it, or ssh itself. Waits until ssh has ended.</summary>
    public async Task LoseAsync(bool byServer)
    {
        SshRun[] alive = [.. Runs.Where(run => run.IsAlive)];
        if (byServer)
        {
            _controller.DropConnections();
        }
        else
        {
            foreach (SshRun run in alive)
            {
                run.Kill();
            }
        }

        await EndOfAsync(() => alive.Any(run => run.IsAlive));
    }

    /// <summary>Ends the connection, and refuses all others until <see cref="Return"/>.</summary>
    public async Task LeaveAsync()
    {
        await File.WriteAllTextAsync(_outage, "");
        await LoseAsync(byServer: true);
    }

    /// <summary>Accepts connections again.</summary>
    public void Return() => File.Delete(_outage);

    /// <summary>Waits until no ssh runs, for a while.</summary>
    public Task EndOfAllAsync() => EndOfAsync(() => Left.Any());

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    private static async Task EndOfAsync(Func<bool> isThere)
    {
        long begun = Stopwatch.GetTimestamp();
        while (isThere() && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(5);
        }
    }

    /// <summary>The sandbox's ssh, with a line in the list for each process. It starts faster without profiles.</summary>
    private async Task WriteProgramAsync(CancellationToken stop)
    {
        await File.WriteAllTextAsync(Route.Program, $"""
            #!/bin/sh
            if [ -e '{_outage}' ]; then
              echo 'ssh: connect to host 203.0.113.10 port 22: Connection refused' >&2
              exit 255
            fi
            echo "$$ $3" >>'{_list}'
            export DOTNET_TieredPGO=0 DOTNET_TC_BackgroundWorkerTimeoutMs=0
            exec '{Path.Combine(_controller.BinFolder, "ssh")}' "$@"

            """, stop);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Route.Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

/// <summary>One process of ssh.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Folder">The private folder with its socket.</param>
internal sealed record SshRun(int Id, string Folder)
{
    /// <summary>It still runs.</summary>
    public bool IsAlive
    {
        get
        {
            using Process? process = Find();
            return process is not null;
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        using Process? process = Find();
        process?.Kill();
    }

    private Process? Find()
    {
        try
        {
            return Process.GetProcessById(Id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
