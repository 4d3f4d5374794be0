namespace Hotstack.Help;

/// <summary>The help of one cmdlet, as its page tells it.</summary>
internal sealed record CmdletHelp
{
    public required string Name { get; init; }

    public required string Synopsis { get; init; }

    /// <summary>Paragraphs, as everywhere here: without markup, an item of a list with a dash before it.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    public required IReadOnlyList<SyntaxSet> Syntax { get; init; }

    public required IReadOnlyList<HelpExample> Examples { get; init; }

    public required IReadOnlyList<ParameterHelp> Parameters { get; init; }

    public required IReadOnlyList<TypeHelp> Inputs { get; init; }

    public required IReadOnlyList<TypeHelp> Outputs { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<HelpLink> Links { get; init; }
}

/// <summary>One way to call the cmdlet; the only one has no name.</summary>
internal sealed record SyntaxSet(string? Name, bool IsDefault, string Text)
{
    public string Heading => IsDefault ? $"{Name} (Default)" : $"{Name}";
}

/// <param name="Title">What it is an example of.</param>
/// <param name="Code">What to type.</param>
/// <param name="Output">What is then shown; empty where that is left out.</param>
/// <param name="Remarks">What it does.</param>
internal sealed record HelpExample(string Title, string Code, string Output, IReadOnlyList<string> Remarks);

/// <param name="Name">Without the dash.</param>
/// <param name="Text">What it does.</param>
/// <param name="Facts">One for all parameter sets, or one for those that differ.</param>
internal sealed record ParameterHelp(string Name, IReadOnlyList<string> Text, IReadOnlyList<ParameterFacts> Facts);

/// <summary>What goes into the pipeline, or comes out of it.</summary>
internal sealed record TypeHelp(string Name, IReadOnlyList<string> Text);

/// <param name="Text">What is shown: another cmdlet's name, or a title.</param>
/// <param name="Address">Where it is; null for what Get-Help finds by its name.</param>
internal sealed record HelpLink(string Text, string? Address);
