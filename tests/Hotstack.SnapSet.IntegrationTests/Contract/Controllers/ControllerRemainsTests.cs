using System.Diagnostics;
using System.Globalization;
using Xunit;
using Victim = Hotstack.Trials.Kills.Victim;

namespace Hotstack.Contract.Controllers;

/// <summary>A process that holds a tunnel ends, of itself or not: nothing of it is left, here or there.</summary>
[Trait("Contract", "ControllerLab"), Collection(ControllerLabCollection.Name)]
public sealed class ControllerRemainsTests(ControllerLab lab) : ControllerContractTests(lab), IOnControllerLab
{
    [ContractTheory]
    [InlineData("lab-controller", 1)]
    [InlineData("lab-inside", 2)]
    public async Task Nothing_is_left_of_a_process_that_is_killed(string controller, int connections)
    {
        using Process holder = await HoldAsync(controller);
        Assert.Equal(connections, await Lab.ConnectionsAsync());

        holder.Kill();

        await Lab.NothingIsLeftAsync(Stop);
    }

    [ContractFact]
    public async Task Nothing_is_left_of_a_process_that_is_killed_while_the_link_is_dead()
    {
        using Process holder = await HoldAsync("lab-controller");
        await Lab.RunAsync("drop");

        holder.Kill();

        await ControllerLab.UntilAsync("no ssh process is left", () => Task.FromResult(ControllerLab.SshProcesses().Count == 0), Stop);
        await ControllerLab.UntilAsync("no folder is left", () => Task.FromResult(ControllerLab.Folders().Count == 0), Stop);
        await Lab.RunAsync("undrop");
        // sshd has not heard of the end. As on any server it waits for TCP's own timeout, unless it is told to look.
        await Lab.RunAsync("cut");
    }

    [ContractTheory]
    [InlineData("lab-controller")]
    [InlineData("lab-inside")]
    public async Task Ctrl_C_reaches_the_process_and_not_its_connection(string controller)
    {
        using Process holder = await HoldAsync(controller);

        // As the terminal does, to all of the group.
        await Process.Start("/bin/kill", ["-INT", "--", $"-{holder.Id.ToString(CultureInfo.InvariantCulture)}"])
            .WaitForExitAsync(Stop);

        Assert.Equal("rolled back with 4 nodes", await holder.StandardOutput.ReadLineAsync(Stop));
        await holder.WaitForExitAsync(Stop);
        Assert.Equal(0, holder.ExitCode);
        await Lab.NothingIsLeftAsync(Stop);
    }

    /// <summary>A process in a group of its own, that holds a tunnel and has read the nodes through it.</summary>
    private async Task<Process> HoldAsync(string controller)
    {
        await Lab.RunAsync("know-host");
        string program = Path.ChangeExtension(typeof(Victim).Assembly.Location, null);
        // A run in the background may ignore Ctrl+C, and its children with it.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,QUIT,HUP", "setsid", program, "tunnel", controller])
        {
            RedirectStandardOutput = true,
        };
        Process holder = Process.Start(start)!;
        Assert.Equal("open with 4 nodes", await holder.StandardOutput.ReadLineAsync(Stop));
        return holder;
    }
}
