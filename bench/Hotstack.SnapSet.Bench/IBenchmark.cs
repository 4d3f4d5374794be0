namespace Hotstack.Bench;

/// <summary>Something that is measured.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What it tells, in one line.</summary>
    string About { get; }

    /// <summary>Measures, and writes what it found.</summary>
    /// <param name="quick">As small as possible, to see whether it still runs.</param>
    /// <exception cref="SkippedException">What it takes is not here.</exception>
    /// <exception cref="InvalidOperationException">It did not run, or what it measured is not good enough.</exception>
    Task RunAsync(bool quick);
}

/// <summary>What a measurement takes is not here.</summary>
internal sealed class SkippedException(string reason) : Exception(reason);
