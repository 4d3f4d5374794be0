using System.Diagnostics;
using System.Globalization;
using Hotstack.Trials.Workflows;

namespace Hotstack.Trials.Faults;

/// <summary><c>faults [--seed N] [--shard i/n] [--workflow NAME] [--fault NAME] [--call "CALL"] [--list] [--errors] [--log] [--within MINUTES]</c>.</summary>
internal sealed class FaultsCommand(TextWriter output)
{
    private int _seed = 1;
    private string? _workflow;
    private string? _fault;
    private string? _call;
    private bool _lists;
    private bool _showsErrors;
    private bool _showsLog;

    public async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        var sample = Sample.Take(ref arguments);
        Read(arguments);
        Workflow[] workflows = [.. Workflow.All.Where(w => _workflow is null || w.Name == _workflow)];
        Trouble[] troubles = [.. Trouble.All.Where(t => _fault is null || t.Name.Equals(_fault, StringComparison.OrdinalIgnoreCase))];
        if (workflows.Length == 0 || troubles.Length == 0)
        {
            throw new ArgumentException(
                $"Workflows: {string.Join(", ", Workflow.All.Select(w => w.Name))}. Faults: {string.Join(", ", Trouble.All)}.");
        }

        var matrix = new FaultMatrix(_seed);
        if (_lists)
        {
            foreach (Workflow workflow in workflows)
            {
                IReadOnlyList<Step> steps = await matrix.RecordAsync(workflow, stop);
                await output.WriteLineAsync($"{workflow.Name}, {steps.Count} calls:\n  {string.Join("\n  ", steps)}");
            }

            return 0;
        }

        Cell[] cells = [.. sample.Share(await ChosenAsync(matrix, workflows, troubles, stop))];
        await output.WriteLineAsync(
            $"{cells.Length} runs, seed {_seed}, shard {sample.Index}/{sample.Of}. Of the looks of a wait only the first, the second and "
            + "the last are tried, between two calls that change something. A + is a fault that lasts: the call and all later ones of its "
            + "shape.");
        long begun = Stopwatch.GetTimestamp();
        IReadOnlyList<CellResult> results = await matrix.RunAsync(cells, 2 * Environment.ProcessorCount, Tell, sample, stop);
        await output.WriteLineAsync($"\n{FaultTable.Of(results)}");
        if (_showsErrors)
        {
            await ShowErrorsAsync(results);
        }

        int bad = results.Count(r => r.Verdict.Ending == Ending.Bad);
        int unhit = results.Count(r => !r.WasHit && r.Verdict.Ending != Ending.Bad);
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        int untried = cells.Length - results.Count;
        await output.WriteLineAsync(
            $"{took.TotalSeconds:0} s; {unhit} faults met no call, because the run took another way; {untried} were not tried for want of time.");
        await output.WriteLineAsync($"{results.Count - bad - unhit} passed, {bad} failed, {unhit + untried} skipped");
        return bad == 0 ? 0 : 1;
    }

    private async Task<IEnumerable<Cell>> ChosenAsync(FaultMatrix matrix, Workflow[] workflows, Trouble[] troubles, CancellationToken stop)
    {
        if (_call is not null && Step.Parse(_call) is { } step)
        {
            return workflows.SelectMany(w => troubles.Select(t => new Cell(w, step, t, _seed)));
        }

        return await matrix.CellsAsync(workflows, troubles, stop);
    }

    private void Tell(CellResult result)
    {
        if (result.Verdict.Ending == Ending.Bad)
        {
            lock (output)
            {
                IEnumerable<string> lines =
                [
                    .. result.Verdict.Problems, $"told: {result.Error} {result.Attempt.Told}",
                    .. _showsLog ? ["", .. result.Attempt.Log, "", .. result.Again?.Log ?? []] : Array.Empty<string>(),
                ];
                output.WriteLine($"FAIL {result.Cell.Command}\n     {string.Join("\n     ", lines)}");
            }
        }
    }

    /// <summary>By which causes runs failed, to be read by somebody.</summary>
    private async Task ShowErrorsAsync(IReadOnlyList<CellResult> results)
    {
        foreach (var group in results.Where(r => r.Error.Length > 0)
            .GroupBy(r => (r.Cell.Trouble.Name, r.Error)).OrderBy(g => g.Key.Name, StringComparer.Ordinal).ThenByDescending(g => g.Count()))
        {
            Cell first = group.First().Cell;
            await output.WriteLineAsync($"{group.Key.Name}: {group.Key.Error} {group.Count()}, as {first.Workflow.Name} at {first.Step}");
        }
    }

    private void Read(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} needs a value.");
            switch (name)
            {
                case "--seed":
                    _seed = int.Parse(Value(), CultureInfo.InvariantCulture);
                    break;
                case "--workflow":
                    _workflow = Value();
                    break;
                case "--fault":
                    _fault = Value();
                    break;
                case "--call":
                    _call = Value();
                    break;
                case "--list":
                    _lists = true;
                    break;
                case "--errors":
                    _showsErrors = true;
                    break;
                case "--log":
                    _showsLog = true;
                    break;
                default:
                    throw new ArgumentException($"What is {name}?");
            }
        }
    }
}
