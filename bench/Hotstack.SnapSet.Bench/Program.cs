using Hotstack.Bench;

// "dotnet run --project bench/Hotstack.SnapSet.Bench -c Release -- NAME...": measures, and writes what it found into bench/RESULTS.md. With
// --quick it measures as little as it can and writes nothing: that is to see whether all of it still runs.
if (args is ["core", .. string[] work])
{
    return await CoreWork.RunAsync(work);
}

IBenchmark[] all =
[
    new ImportBenchmark(), new FirstCallBenchmark(), new CreateBenchmark(), new NoticeBenchmark(), new ListBenchmark(), new RestoreBenchmark(),
    new SuspendBenchmark(), new ReviveBenchmark(), new TunnelBenchmark(), new ScaleOfSets(),
    new ScaleOfMembers(), new ScaleOfCluster(), new ScaleOfImage(), new LabBenchmark(),
];
bool isQuick = args.Contains("--quick");
string[] names = [.. args.Where(arg => arg != "--quick")];
IBenchmark[] chosen = [.. all.Where(b => names.Any(
    name => name == "all" || name == b.Name || (name == "scale" && b.Name.StartsWith("scale-", StringComparison.Ordinal))))];
if (chosen.Length == 0 || names.Length == 0)
{
    Console.Error.WriteLine("Which? all, scale (all of its four), or of these any; --quick to see only whether they run.");
    Array.ForEach(all, b => Console.Error.WriteLine($"  {b.Name,-14} {b.About}"));
    return 2;
}

int passed = 0, failed = 0, skipped = 0;
foreach (IBenchmark benchmark in chosen)
{
    Console.WriteLine($"\n=== {benchmark.Name}");
    try
    {
        Repository.Begin();
        await benchmark.RunAsync(isQuick);
        passed++;
    }
    catch (SkippedException e)
    {
        Console.WriteLine($"SKIPPED {benchmark.Name}: {e.Message}");
        skipped++;
    }
    catch (Exception e)
    {
        Console.WriteLine($"FAIL {benchmark.Name}: {(e is InvalidOperationException ? e.Message : e)}");
        failed++;
    }
}

Console.WriteLine($"\n{passed} passed, {failed} failed, {skipped} skipped");
return failed > 0 ? 1 : 0;
