using System.ComponentModel;
using System.Diagnostics;
using Hotstack.Processes;

namespace Hotstack.Playbooks;

/// <summary>The ansible-playbook of PATH, as a process.</summary>
internal sealed class AnsibleProgram : IAnsible
{
    private const string Name = "ansible-playbook";

    /// <summary>In a session of its own, the terminal's Ctrl+C does not reach it before us, and ssh has no terminal to prompt on. Beside it
    /// waits a guard: when our end of its input is closed, also because we were killed, it ends the session.</summary>
    internal const string Shell = "exec 3<&0; { cat <&3; { kill -TERM -$$ || kill -TERM $$; } && sleep 5 && kill -KILL -$$; } >/dev/null 2>&1 & "
        + "if command -v setsid >/dev/null 2>&1; then exec setsid \"$@\" 3<&- </dev/null; fi; exec \"$@\" 3<&- </dev/null";

    /// <summary>Ansible ends its workers and removes its files when it is interrupted.</summary>
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(10);

    /// <summary>An ssh that stays for the next connection may hold the outputs open.</summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    /// <summary>Finds programs; by default in PATH.</summary>
    public ProgramFinder Finder { get; init; } = ProgramFinder.OfThisProcess;

    /// <inheritdoc/>
    public async Task<int> RunAsync(AnsibleCall call, CancellationToken stop)
    {
        string program = Finder.Find(Name) ?? throw NotFound(null);
        var family = new ProcessFamily();
        using Process process = Start(program, call, family);
        object gate = new();
        Task reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            ProcessFamily.Interrupt(process);
            await Poll.EndOfAsync(process.WaitForExitAsync(CancellationToken.None), EndGrace, CancellationToken.None);
            family.Kill(process);
            await Poll.EndOfAsync(reading, PipeGrace, CancellationToken.None);
            throw;
        }

        await Poll.EndOfAsync(reading, PipeGrace, stop);
        // The guard, and an ssh that stays for the next connection.
        family.Kill(process);
        return process.ExitCode;

        async Task ReadAsync(StreamReader output)
        {
            while (await NextAsync(output) is { } line)
            {
                lock (gate)
                {
                    call.OnLine(line);
                }
            }
        }
    }

    /// <summary>The next line; null at the end.</summary>
    private static async Task<string?> NextAsync(StreamReader output)
    {
        try
        {
            return await output.ReadLineAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // What came before counts.
            return null;
        }
    }

    private static Process Start(string program, AnsibleCall call, ProcessFamily family)
    {
        ProcessStartInfo start = PipedProgram.StartInfo(program, call.Arguments, Shell);
        start.WorkingDirectory = call.Folder;
        foreach ((string name, string? value) in call.Environment)
        {
            start.Environment[name] = value;
        }

        family.Mark(start);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw NotFound(e);
        }
    }

    private static HotstackException NotFound(Win32Exception? failure) => new(
        ErrorCause.ConfigurationInvalid, "PlaybookProgramNotFound",
        failure is null ? $"There is no {Name} in the folders of PATH." : $"{Name} cannot be started: {failure.Message}", failure)
    {
        Target = Name,
        Hint = "Install ansible-core 2.11 or newer on this machine, for example with 'pipx install ansible-core' or 'apt install "
            + "ansible-core', and upstream's collections: ansible-galaxy collection install -r requirements.yml. Ansible does not run on "
            + "Windows itself, but in its Linux subsystem.",
    };
}
