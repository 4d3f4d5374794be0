namespace Hotstack.Fuzz.Inputs;

/// <summary>What YAML and JSON are made of, loosely enough for input that neither allows: a key may be there twice.</summary>
internal sealed class Tree
{
    private Tree()
    {
    }

    /// <summary>A scalar's text; null for a list or a mapping.</summary>
    public string? Scalar { get; set; }

    /// <summary>The scalar is a text, whatever it looks like.</summary>
    public bool IsText { get; set; }

    /// <summary>It stands where secrets stand, so it stays there.</summary>
    public bool IsSecret { get; set; }

    public List<Tree>? Items { get; private init; }

    public List<(string Key, Tree Value)>? Entries { get; private init; }

    public static Tree Of(string scalar, bool isText = true) => new() { Scalar = scalar, IsText = isText };

    public static Tree List(IEnumerable<Tree> items) => new() { Items = [.. items] };

    public static Tree Map(IEnumerable<(string Key, Tree Value)> entries) => new() { Entries = [.. entries] };

    public Tree Copy() => Items is not null ? List(Items.Select(item => item.Copy()))
        : Entries is not null ? Map(Entries.Select(entry => (entry.Key, entry.Value.Copy())))
        : new() { Scalar = Scalar, IsText = IsText, IsSecret = IsSecret };

    /// <summary>Itself and all below.</summary>
    public IEnumerable<Tree> All() => (Items ?? Entries?.Select(entry => entry.Value) ?? []).SelectMany(inner => inner.All()).Prepend(this);
}
