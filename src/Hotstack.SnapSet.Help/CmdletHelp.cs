namespace Hotstack.Help;

/// <summary>The help of one cmdlet, from its page.</summary>
internal sealed record CmdletHelp
{
    public required string Name { get; init; }

    public required string Synopsis { get; init; }

    /// <summary>Paragraphs without markup; an item of a list begins with a dash.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    public required IReadOnlyList<SyntaxSet> Syntax { get; init; }

    public required IReadOnlyList<HelpExample> Examples { get; init; }

    public required IReadOnlyList<ParameterHelp> Parameters { get; init; }

    public required IReadOnlyList<TypeHelp> Inputs { get; init; }

    public required IReadOnlyList<TypeHelp> Outputs { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<HelpLink> Links { get; init; }
}

/// <summary>One way to call the cmdlet. It has no name if it is the only one.</summary>
internal sealed record SyntaxSet(string? Name, bool IsDefault, string Text)
{
    public string Heading => IsDefault ? $"{Name} (Default)" : $"{Name}";
}

/// <param name="Title">What it is an example of.</param>
/// <param name="Code">What to type.</param>
/// <param name="Output">What it shows; empty if the page omits it.</param>
/// <param name="Remarks">What it does.</param>
internal sealed record HelpExample(string Title, string Code, string Output, IReadOnlyList<string> Remarks);

/// <param name="Name">Without the dash.</param>
/// <param name="Text">What it does.</param>
/// <param name="Facts">One for all parameter sets, or one for each that differs.</param>
internal sealed record ParameterHelp(string Name, IReadOnlyList<string> Text, IReadOnlyList<ParameterFacts> Facts)
{
    /// <summary>Of the class of a cmdlet: its only values, each with what it does.</summary>
    public IReadOnlyList<(string Value, string Meaning)> Values { get; init; } = [];
}

/// <summary>A type that the cmdlet takes from the pipeline or writes to it.</summary>
internal sealed record TypeHelp(string Name, IReadOnlyList<string> Text);

/// <param name="Text">Another cmdlet's name, or a title.</param>
/// <param name="Address">The address, or the path of a document; null if Get-Help finds it by its name.</param>
internal sealed record HelpLink(string Text, string? Address);
