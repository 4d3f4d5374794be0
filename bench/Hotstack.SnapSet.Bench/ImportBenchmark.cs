using System.Diagnostics;
using System.Globalization;

namespace Hotstack.Bench;

/// <summary>What the import of the module costs over a bare pwsh: seen from outside, and as a script in it sees it.</summary>
internal sealed class ImportBenchmark : IBenchmark
{
    private const int WarmUps = 3;
    private const int MaxRounds = 31;
    private const double MostMilliseconds = 150;

    public string Name => "import";

    public string About => "what the import of the module costs over a bare pwsh";

    public async Task RunAsync(bool quick)
    {
        if (!await Processes.HasAsync("pwsh", "-NoProfile", "-Command", "exit 0"))
        {
            throw new SkippedException("there is no pwsh");
        }

        string manifest = await Tool.PublishAsync();
        string version = (await PwshAsync("$PSVersionTable.PSVersion.ToString()")).Output;

        // The same but for the import, so that the difference is the import's. In turns, so that a busy minute of the machine
        // slows both; and in changing order, as the second finds warmer caches.
        const string Watch = "$watch = [Diagnostics.Stopwatch]::StartNew();";
        const string Told = "; $watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)";
        string[] scripts = [$"{Watch} $null = 1{Told}", $"{Watch} Import-Module '{manifest}'{Told}"];
        var bare = new List<double>();
        var imported = new List<double>();
        var inside = new List<double>();
        int rounds = quick ? 1 : MaxRounds;
        for (int round = quick ? 0 : -WarmUps; round < rounds; round++)
        {
            foreach (bool imports in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                (double milliseconds, string output) = await PwshAsync(scripts[imports ? 1 : 0]);
                if (round >= 0)
                {
                    (imports ? imported : bare).Add(milliseconds);
                    inside.AddRange(imports ? [double.Parse(output, CultureInfo.InvariantCulture)] : Array.Empty<double>());
                }
            }
        }

        double difference = Figures.Median(imported) - Figures.Median(bare);
        Results.Write("Import", FormattableString.Invariant($"""
            `pwsh -NoProfile` that imports the module and ends, and one that just ends; {rounds} runs of each, in turns.

            | | median | from (lower quartile) | to (upper quartile) |
            | --- | --- | --- | --- |
            | bare pwsh | {Row(bare)} |
            | with the import | {Row(imported)} |
            | `Import-Module`, measured inside | {Row(inside)} |

            The import costs {difference:0} ms over a bare pwsh: {Figures.Median(imported) / Figures.Median(bare):0.00} times its time. At most
            {MostMilliseconds:0} ms are wanted. PowerShell {version},
            {await Repository.DescribeAsync()}.
            """), quick);
        if (difference > MostMilliseconds && !quick)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"The import costs {difference:0} ms, more than {MostMilliseconds:0}."));
        }
    }

    private static async Task<(double Milliseconds, string Output)> PwshAsync(string script)
    {
        var watch = Stopwatch.StartNew();
        string output = await Processes.RunAsync("pwsh", "-NoProfile", "-NonInteractive", "-Command", script);
        return (watch.Elapsed.TotalMilliseconds, output.Trim());
    }

    private static string Row(List<double> times) => FormattableString.Invariant(
        $"{Figures.Median(times):0} ms | {Figures.Quantile(times, 0.25):0} ms | {Figures.Quantile(times, 0.75):0} ms");
}
