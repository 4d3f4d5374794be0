using Hotstack.Trials.Faults;

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
        default:
            Console.Error.WriteLine("Which? faults: every workflow with every fault at every call.");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
