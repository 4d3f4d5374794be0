using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hotstack.Fuzz;

/// <summary>Another process of this program, watched from here.</summary>
internal static class Worker
{
    /// <summary>More than this for one input is a hang, whatever else the machine does.</summary>
    private static readonly TimeSpan MostProcessorTime = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <returns>What came of it; null if the process ended before that, with the number of the input, and what it said.</returns>
    public static (FuzzResult? Result, int Input, string Trace) Run(string target, Options options)
    {
        string file = Path.GetTempFileName();
        try
        {
            using var progress = new Progress(file);
            progress.Write(options.From);
            using Process process = Start(target, options, file);
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            bool hangs = Watch(process, progress);
            string said = output.GetAwaiter().GetResult();
            string trace = hangs ? $"it takes more than {MostProcessorTime.TotalSeconds:0} s" : First(errors.GetAwaiter().GetResult());
            return process.ExitCode == 0
                ? (JsonSerializer.Deserialize<FuzzResult>(said.Trim().Split('\n')[^1]), -1, "")
                : (null, progress.Read(), trace);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool Watch(Process process, Progress progress)
    {
        (int input, TimeSpan since) = (progress.Read(), TimeSpan.Zero);
        while (!process.WaitForExit(Glance))
        {
            TimeSpan used = ProcessorTime(process);
            if (progress.Read() != input)
            {
                (input, since) = (progress.Read(), used);
            }
            else if (input >= 0 && used - since > MostProcessorTime)
            {
                process.Kill();
                process.WaitForExit();
                return true;
            }
        }

        process.WaitForExit();
        return false;
    }

    private static TimeSpan ProcessorTime(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }

    private static Process Start(string target, Options options, string file)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Worker).Assembly.Location);
        }

        string[] arguments =
        [
            "--target", target, "--inputs", Text(options.Inputs), "--seed", Text(options.Seed), "--from", Text(options.From), "--progress",
                file,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        // 1 GiB: what takes more without end is a defect, and the machine is not to suffer for it.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x40000000";
        return Process.Start(start)!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string First(string trace)
    {
        var first = new StringBuilder();
        foreach (string line in trace.Split('\n').Take(14))
        {
            first.AppendLine(line);
        }

        return first.ToString();
    }
}
