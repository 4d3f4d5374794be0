using System.Globalization;
using System.Text.Json;

namespace Hotstack.Bench;

/// <summary>What a process that did a piece of work told of it.</summary>
/// <param name="Whole">Milliseconds from its start to its end.</param>
/// <param name="Inside">Milliseconds of the work itself.</param>
/// <param name="Peak">The most memory that it ever had, in bytes.</param>
/// <param name="Count">How many things the work gave.</param>
/// <param name="Id">The id of the set that it gave; empty if none.</param>
/// <param name="Ended">The process.</param>
internal sealed record Run(double Whole, double Inside, long Peak, int Count, string Id, Ended Ended)
{
    /// <summary>Reads the line that the work's process writes last.</summary>
    public static Run Of(Ended ended)
    {
        string? line = ended.Output.Split('\n').LastOrDefault(text => text.StartsWith("bench {", StringComparison.Ordinal));
        if (line is null)
        {
            throw new InvalidOperationException($"A measured process ended with {ended.ExitCode}:\n{ended.Output}{ended.Errors}");
        }

        JsonElement told = JsonDocument.Parse(line["bench ".Length..]).RootElement;
        return new Run(
            ended.Took.TotalMilliseconds, told.GetProperty("ms").GetDouble(), told.GetProperty("peak").GetInt64(),
            told.GetProperty("count").GetInt32(),
            told.TryGetProperty("id", out JsonElement id) ? id.GetString()! : "", ended);
    }

    /// <summary>The same, of a process that must have done its work.</summary>
    public Run Good(int? count = null) => Ended.ExitCode != 0 || (count is not null && Count != count)
        ? throw new InvalidOperationException(
            $"A measured process ended with {Ended.ExitCode}, and gave {Count} things where {count} were due:\n{Ended.Output}{Ended.Errors}")
        : this;
}

/// <summary>Our tool as its users run it: the module in a pwsh, or where there is none, Core in a process of this program.</summary>
internal sealed class Tool
{
    /// <summary>The variable that names a module which is built already, by its manifest; as for tests/Pester.</summary>
    private const string Given = "HOTSTACK_MODULE";

    private static readonly string Module =
        Environment.GetEnvironmentVariable(Given) ?? Path.Combine(Repository.Root, "out", "Hotstack.SnapSet", "Hotstack.SnapSet.psd1");

    /// <summary>A program that runs ours, such as one that waits for the machine to be free. Only the times inside stay right.</summary>
    private static readonly string? Wrapper = Environment.GetEnvironmentVariable("HOTSTACK_BENCH_WRAPPER");

    private static readonly Lazy<Task<Tool>> Found = new(LookAsync);
    private static readonly Lazy<Task<string>> Published = new(BuildAsync);

    private readonly bool _isPowerShell;

    private Tool(string description, bool isPowerShell) => (Description, _isPowerShell) = (description, isPowerShell);

    /// <summary>For the conditions of a result.</summary>
    public string Description { get; }

    public static Task<Tool> FindAsync() => Found.Value;

    private static async Task<Tool> LookAsync()
    {
        if (!await Processes.HasAsync("pwsh", "-NoProfile", "-Command", "exit 0"))
        {
            return new Tool("Core in a process of its own, without PowerShell", isPowerShell: false);
        }

        await PublishAsync();
        string version = await Processes.RunAsync("pwsh", "-NoProfile", "-Command", "$PSVersionTable.PSVersion.ToString()");
        return new Tool($"the module in a pwsh {version.Trim()} of its own", isPowerShell: true);
    }

    /// <summary>Builds the module that is measured, unless one is given.</summary>
    /// <returns>Its manifest.</returns>
    public static Task<string> PublishAsync() => Published.Value;

    private static async Task<string> BuildAsync()
    {
        if (Environment.GetEnvironmentVariable(Given) is not null)
        {
            return Module;
        }

        await Processes.RunAsync(
            "dotnet", "publish", Path.Combine(Repository.Root, "src", "Hotstack.SnapSet"), "--output", Path.GetDirectoryName(Module)!);
        return Module;
    }

    public async Task<Run> RunAsync(Work work, IReadOnlyDictionary<string, string> environment)
    {
        string[] command = _isPowerShell
            ? ["pwsh", "-NoProfile", "-NonInteractive", "-Command", Script(work)]
            : [Environment.ProcessPath!, .. Self(), "core", .. work.Core];
        command = Wrapper is { } wrapper ? [wrapper, .. command] : command;
        Ended ended = await Processes.EndAsync(command[0], command[1..], environment);
        return Run.Of(ended);
    }

    private static string Script(Work work) => $$"""
        $ErrorActionPreference = 'Stop'
        Import-Module '{{Module}}'
        $given = @()
        $watch = [Diagnostics.Stopwatch]::StartNew()
        try { $given = @({{work.Script}}) }
        finally {
          $ms = $watch.Elapsed.TotalMilliseconds
          $peak = [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64
          'bench ' + (ConvertTo-Json -Compress @{ ms = $ms; count = $given.Count; id = "$($given[0].Id)"; peak = $peak })
        }
        """;

    /// <summary>This program, where it runs by the dotnet command.</summary>
    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Tool).Assembly.Location] : [];
}

/// <summary>What stands beside us: the programs of bench/upstream, in a Python that has openstacksdk.</summary>
internal sealed class Upstream
{
    private static readonly Lazy<Task<Upstream>> Found = new(LookAsync);

    private readonly string _python;

    private Upstream(string python, string version, bool hasClient, bool hasHeat) =>
        (_python, Version, HasClient, HasHeat) = (python, version, hasClient, hasHeat);

    /// <summary>Of openstacksdk.</summary>
    public string Version { get; }

    /// <summary>Whether there is python-openstackclient too.</summary>
    public bool HasClient { get; }

    /// <summary>Whether that has Heat's commands.</summary>
    public bool HasHeat { get; }

    /// <exception cref="SkippedException">There is no such Python.</exception>
    public static Task<Upstream> FindAsync() => Found.Value;

    private static async Task<Upstream> LookAsync()
    {
        foreach (string python in new[] { "/usr/bin/python3", "python3" })
        {
            if (await Processes.HasAsync(python, "-c", "import openstack, yaml"))
            {
                string version = await Processes.RunAsync(python, "-c", "import openstack.version; print(openstack.version.__version__)");
                return new Upstream(
                    python, version.Trim(), await Processes.HasAsync(python, "-c", "import openstackclient.shell"),
                    await Processes.HasAsync(python, "-c", "import openstackclient.shell, heatclient.osc.plugin"));
            }
        }

        throw new SkippedException("there is no Python with openstacksdk (Debian: python3-openstacksdk)");
    }

    public async Task<Run> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        string path = Path.Combine(Repository.Root, "bench", "upstream", program);
        return Run.Of(await Processes.EndAsync(_python, ["-B", path, .. arguments], environment));
    }

    /// <summary>A few lines of Python.</summary>
    public Task<Ended> ScriptAsync(string script, IReadOnlyDictionary<string, string> environment) =>
        Processes.EndAsync(_python, ["-c", script], environment);

    /// <summary>The <c>openstack</c> command.</summary>
    public Task<Ended> ClientAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        Processes.EndAsync(
            _python, ["-c", "import sys; from openstackclient.shell import main; sys.exit(main())", .. arguments], environment);

    /// <summary>The file of instances that create_snapset.py reads.</summary>
    public static string Instances(IEnumerable<Sandbox.Compute.Server> servers) => JsonSerializer.Serialize(servers.ToDictionary(
        server => server.Name,
        server => new { uuid = server.Id, role = "ocp_worker",
            mac_address = server.Ports[0].MacAddress.ToString(CultureInfo.InvariantCulture) }));
}
