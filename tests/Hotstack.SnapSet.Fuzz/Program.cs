using System.Text.Json;
using Hotstack.Fuzz.Targets;

namespace Hotstack.Fuzz;

internal static class Program
{
    private const string Usage = "usage: [--target NAME] [--inputs 100000] [--seed N] [--input K]";

    private static int Main(string[] args)
    {
        var options = Options.Parse(args);
        if (options is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        FuzzTarget[] targets = [.. AllTargets.All.Where(target => options.Target is null || target.Name == options.Target)];
        if (targets.Length == 0)
        {
            Console.Error.WriteLine($"There is no target {options.Target}; there are: {string.Join(", ", AllTargets.All.Select(t => t.Name))}.");
            return 2;
        }

        return options switch
        {
            { ProgressFile: { } file } => Work(targets[0], options, file),
            { Input: { } input } => One(targets[0], options, input),
            _ => Orchestra.Run(targets, options),
        };
    }

    /// <summary>A part of a target's inputs, for the process that started this one.</summary>
    private static int Work(FuzzTarget target, Options options, string progressFile)
    {
        using var progress = new Progress(progressFile);
        var run = new FuzzRun(target, options.Seed) { Begins = progress.Write };
        FuzzResult result = new() { Target = target.Name };
        OnSmallStack(() =>
        {
            result = run.Run(options.From, options.Inputs);
            progress.Write(-1);
            Growth.Check(target, result);
        });
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    /// <summary>One input by its number, with what there is to see.</summary>
    private static int One(FuzzTarget target, Options options, int input)
    {
        var run = new FuzzRun(target, options.Seed);
        Console.WriteLine(System.Text.Encoding.UTF8.GetString(run.Input(input)));
        FuzzResult result = new() { Target = target.Name };
        OnSmallStack(() => result = run.Run(input, input + 1));
        Console.WriteLine();
        Table.Write([result]);
        return result.IsGood ? 0 : 1;
    }

    /// <summary>With no more room than the smallest stack that a thread of PowerShell's has anywhere.</summary>
    private static void OnSmallStack(Action work)
    {
        var thread = new Thread(() => work(), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
    }
}
