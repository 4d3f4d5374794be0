using Hotstack.Trials.Concurrency;
using Hotstack.Trials.Faults;
using Hotstack.Trials.Kills;

// "dotnet run --project tests/Hotstack.SnapSet.Trials -c Release -- NAME": what docs/trials.md describes. Ends with 1 if anything failed.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
try
{
    switch (args)
    {
        case ["faults", .. var rest]:
            return await new FaultsCommand(Console.Out).RunAsync(rest, stop.Token);
        case ["kills", .. var rest]:
            return await new InterruptionsCommand(Means.Kill, Console.Out).RunAsync(rest, stop.Token);
        case ["cancels", .. var rest]:
            return await new InterruptionsCommand(Means.Cancel, Console.Out).RunAsync(rest, stop.Token);
        case ["drops", .. var rest]:
            return await new InterruptionsCommand(Means.Drop, Console.Out).RunAsync(rest, stop.Token);
        case ["concurrency", .. var rest]:
            return await new ConcurrencyCommand(Console.Out).RunAsync(rest, stop.Token);
        case ["victim"]:
            // For kills only: the process that is killed.
            return await VictimCommand.RunAsync();
        case ["tunnel", var controller]:
            // For tests/lab/controller-run.sh only: the process that a signal ends.
            return await TunnelCommand.RunAsync(controller, stop.Token);
        default:
            Console.Error.WriteLine(
                "Which? faults: every workflow with every fault at every call; kills, cancels: every workflow cut off at every call; "
                + "drops: every workflow that goes through a controller, with its connection lost at every call; "
                + "concurrency: two runs at once.");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
