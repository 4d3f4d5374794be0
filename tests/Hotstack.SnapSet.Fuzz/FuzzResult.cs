namespace Hotstack.Fuzz;

/// <summary>What came of the inputs of a target.</summary>
internal sealed class FuzzResult
{
    public required string Target { get; init; }

    public int Inputs { get; set; }

    public int Accepted { get; set; }

    /// <summary>How many were refused, by the id of the error.</summary>
    public SortedDictionary<string, int> Refused { get; init; } = new(StringComparer.Ordinal);

    public double SlowestMilliseconds { get; set; }

    public int SlowestInput { get; set; }

    public long MostBytes { get; set; }

    public int MostBytesInput { get; set; }

    /// <summary>One for each kind of defect.</summary>
    public List<BadInput> Bad { get; init; } = [];

    public bool IsGood => Bad.Count == 0;

    public void Add(FuzzResult other)
    {
        Inputs += other.Inputs;
        Accepted += other.Accepted;
        foreach ((string id, int count) in other.Refused)
        {
            Refused[id] = Refused.GetValueOrDefault(id) + count;
        }

        (SlowestMilliseconds, SlowestInput) = other.SlowestMilliseconds > SlowestMilliseconds
            ? (other.SlowestMilliseconds, other.SlowestInput) : (SlowestMilliseconds, SlowestInput);
        (MostBytes, MostBytesInput) = other.MostBytes > MostBytes
            ? (other.MostBytes, other.MostBytesInput) : (MostBytes, MostBytesInput);
        foreach (BadInput bad in other.Bad)
        {
            Add(bad);
        }
    }

    public void Add(BadInput bad)
    {
        if (Bad.Find(known => known.Kind == bad.Kind) is { } same)
        {
            same.Count += bad.Count;
        }
        else
        {
            Bad.Add(bad);
        }
    }
}

/// <summary>An input that showed a defect.</summary>
internal sealed class BadInput
{
    /// <summary>Its number, for <c>--input</c>; -1 for one of growing length.</summary>
    public required int Input { get; init; }

    /// <summary>What two inputs with the same defect have in common.</summary>
    public required string Kind { get; init; }

    public required string What { get; init; }

    /// <summary>A short input that shows the same.</summary>
    public string Shrunken { get; init; } = "";

    public int Count { get; set; } = 1;
}
