namespace Hotstack.Configuration;

/// <summary>A value of a configuration file, knowing where it stands. Nodes never change once made.</summary>
internal abstract class ConfigNode(SourceMark mark)
{
    public SourceMark Mark { get; } = mark;

    /// <summary>How many nodes there would be if every alias were written out.</summary>
    public virtual long Weight => 1;

    /// <summary>What it is, for messages: <c>a list</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The node itself.</summary>
    /// <exception cref="HotstackException">The mark's id: it is a <see cref="ConfigFault"/>.</exception>
    public ConfigNode Usable() => this is ConfigFault fault ? throw fault.Error() : this;
}

/// <summary>
/// A value that cannot be used. Whoever needs it gets the error; whoever does not, passes over it: one broken entry of a file must not
/// make the others useless.
/// </summary>
/// <param name="mark">Where it stands.</param>
/// <param name="complaint">What is wrong, without the value.</param>
/// <param name="hint">What to do about it; null for nothing.</param>
internal sealed class ConfigFault(SourceMark mark, string complaint, string? hint = null) : ConfigNode(mark)
{
    public override string Kind => "a value that cannot be used";

    public HotstackException Error() => ConfigurationErrors.At(Mark, complaint, hint);
}

/// <param name="mark">Where it stands.</param>
/// <param name="text">Its text as written (so that 2.10 stays 2.10 and 007 stays 007); null for YAML's null.</param>
/// <param name="isQuoted">It is a text also where it looks like a number or a yes: JSON and YAML write it in quotes then.</param>
internal sealed class ConfigScalar(SourceMark mark, string? text, bool isQuoted = false) : ConfigNode(mark)
{
    public bool IsQuoted { get; } = isQuoted;

    public string? Text { get; } = text;

    public override string Kind => Text is null ? "nothing" : "a single value";
}

internal sealed class ConfigList(SourceMark mark, IReadOnlyList<ConfigNode> items) : ConfigNode(mark)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public override long Weight { get; } = 1 + items.Sum(item => item.Weight);

    public override string Kind => "a list";
}

internal sealed class ConfigMap(SourceMark mark, IReadOnlyDictionary<string, ConfigNode> entries) : ConfigNode(mark)
{
    public IReadOnlyDictionary<string, ConfigNode> Entries { get; } = entries;

    public override long Weight { get; } = 1 + entries.Values.Sum(value => value.Weight);

    public override string Kind => "a mapping";

    public static ConfigMap Empty(SourceMark mark) => new(mark, new Dictionary<string, ConfigNode>());

    /// <summary>A value; null if there is none.</summary>
    /// <exception cref="HotstackException">The mark's id: it cannot be used.</exception>
    public ConfigNode? this[string key] => Entries.GetValueOrDefault(key)?.Usable();
}
