namespace Hotstack;

/// <summary>
/// Text that may be shown: whatever a terminal would obey, and whatever no reader can see, is written out in it
/// (<see cref="HiddenCharacters"/>). Every text that leaves Core to be shown is of this type, so that none can leave as it came.
/// </summary>
/// <remarks>
/// A string becomes one by itself, and is a single line then: a line break in it may be a name's, and would forge a line.
/// Lines of our own are put together by <see cref="Lines"/>.
/// </remarks>
public readonly struct DisplayText
{
    private const int MaxAsciiCharacters = 253;

    private readonly string? _text;

    private DisplayText(string text) => _text = text;

    /// <summary>The text on one line, with what is hidden in it written out.</summary>
    public static implicit operator DisplayText(string? text) => Of(text);

    /// <summary>What may be shown.</summary>
    public static implicit operator string(DisplayText text) => text.ToString();

    /// <inheritdoc cref="op_Implicit(string?)"/>
    public static DisplayText Of(string? text) => new(HiddenCharacters.WriteOut(text ?? ""));

    /// <summary>What others wrote as prose, on one line: their line breaks, tabs and runs of blanks become one blank.</summary>
    public static DisplayText OfProse(string? text) => Of(HiddenCharacters.Unwrap(text ?? ""));

    /// <summary>Text that should be ASCII, and is too long if it is longer than the name of a host: other characters are written out, as
    /// a letter of another alphabet may look like one of a node's name.</summary>
    public static DisplayText OfAscii(string text) => Of(HiddenCharacters.WriteOutUnlessAscii(
        text.Length > MaxAsciiCharacters ? text[..MaxAsciiCharacters] + "..." : text));

    /// <summary>Several lines, none of which can make another.</summary>
    public static DisplayText Lines(IEnumerable<string> lines) =>
        new(string.Join(Environment.NewLine, lines.Select(line => Of(line))));

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
