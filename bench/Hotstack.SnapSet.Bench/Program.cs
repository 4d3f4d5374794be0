using Hotstack.Bench;

// "dotnet run --project bench/Hotstack.SnapSet.Bench -- NAME": measures, writes what it found into bench/RESULTS.md, and ends
// with 1 if that is not good enough.
switch (args)
{
    case ["import"]:
        return await ImportBenchmark.RunAsync();
    default:
        Console.Error.WriteLine("Which? import: what the import of the module costs over a bare pwsh.");
        return 2;
}
