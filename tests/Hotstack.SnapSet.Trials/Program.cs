using Hotstack.Trials.Workflows;

foreach (Workflow w in Workflow.All)
{
    for (int i = 0; i < 3; i++)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using World world = await World.SeedAsync(w, 1, default);
        long seeded = watch.ElapsedMilliseconds;
        WorldState before = world.Look();
        using Session session = world.Connect();
        Attempt attempt = await Attempt.RunAsync(w, session, default);
        long ran = watch.ElapsedMilliseconds;
        world.Settle();
        Verdict v = Judge.Of(w, before, world.Look(), attempt);
        Console.WriteLine($"{w.Name} {v.Ending} seed {seeded} run {ran - seeded} look {watch.ElapsedMilliseconds - ran} calls {world.Sandbox.Calls.Snapshot().Count}");
        foreach (string p in v.Problems.Take(10)) { Console.WriteLine("   " + p); }
        if (attempt.Failure is not null) { Console.WriteLine(attempt.Failure.ToString()[..Math.Min(1500, attempt.Failure.ToString().Length)]); }
    }
}
