using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hotstack.Configuration;

/// <summary>
/// Writes nodes as YAML in their own styles. The text is read again and compared, so that the emitter cannot change what a template
/// means.
/// </summary>
internal static class DocWriter
{
    // A key without "?" has at most 1024 characters, and one character may be written as ten.
    private static readonly EmitterSettings Settings = new(
        bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 100, indentSequences: true);

    // YAML 1.1 breaks lines at these, YAML 1.2 does not.
    private static readonly char[] OddBreaks = ['\r', '\u0085', '\u2028', '\u2029', '\ufeff'];

    /// <exception cref="HotstackException">It cannot be written so that it reads as it was.</exception>
    public static string Write(DocNode root)
    {
        if (TryWrite(root, allQuoted: false) is { } text || (text = TryWrite(root, allQuoted: true)) is not null)
        {
            return text;
        }

        throw root.Mark.Error("it cannot be written as YAML that reads the same.", "Look for very long keys and for control characters.");
    }

    /// <summary>Whether two documents have the same values, however they are written.</summary>
    public static bool AreSame(DocNode? one, DocNode? other) => (one, other) switch
    {
        (DocScalar a, DocScalar b) => a.Type == b.Type && (a.Type == YamlType.Null || a.Value == b.Value),
        (DocList a, DocList b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => AreSame(pair.First, pair.Second)),
        (DocMap a, DocMap b) => a.Count == b.Count
            && a.Entries.Zip(b.Entries).All(pair =>
                AreSame(pair.First.Key, pair.Second.Key) && AreSame(pair.First.Value, pair.Second.Value)),
        _ => one is null && other is null,
    };

    private static string? TryWrite(DocNode root, bool allQuoted)
    {
        try
        {
            string text = Emitted(root, allQuoted);
            return AreSame(root, DocReader.Read(new SourceMark("", ""), text, DocRules.Ansible)) ? text : null;
        }
        catch (Exception e) when (e is YamlException or HotstackException)
        {
            return null;
        }
    }

    private static string Emitted(DocNode root, bool allQuoted)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, root, allQuoted);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, DocNode node, bool allQuoted)
    {
        switch (node)
        {
            case DocScalar scalar:
                emitter.Emit(Event(scalar, allQuoted));
                break;
            case DocList list:
                emitter.Emit(new SequenceStart(
                    AnchorName.Empty, TagName.Empty, true, (list.IsFlow && CanFlow(list)) || list.Items.Count == 0 ? SequenceStyle.Flow
                        : SequenceStyle.Block));
                list.Items.ForEach(item => Emit(emitter, item, allQuoted));
                emitter.Emit(new SequenceEnd());
                break;
            case DocMap map:
                emitter.Emit(new MappingStart(
                    AnchorName.Empty, TagName.Empty, true, (map.IsFlow && CanFlow(map)) || map.Count == 0 ? MappingStyle.Flow
                        : MappingStyle.Block));
                foreach ((DocScalar key, DocNode value) in map.Entries)
                {
                    emitter.Emit(Event(key, allQuoted));
                    Emit(emitter, value, allQuoted);
                }

                emitter.Emit(new MappingEnd());
                break;
        }
    }

    /// <summary>Within brackets the emitter quotes a value with a colon, which makes a time a text.</summary>
    private static bool CanFlow(DocNode node) => node switch
    {
        DocList list => list.Items.TrueForAll(CanFlow),
        DocMap map => map.Entries.All(entry => CanFlow(entry.Key) && CanFlow(entry.Value)),
        _ => node is not DocScalar { Type: YamlType.Timestamp or YamlType.Sexagesimal } time
            || !time.Value.Contains(':', StringComparison.Ordinal),
    };

    private static Scalar Event(DocScalar scalar, bool allQuoted)
    {
        bool isTagged = scalar.Tag.Length > 0;
        string value = scalar is { Type: YamlType.Null, Value: "" } ? "null" : scalar.Value;
        return new Scalar(
            AnchorName.Empty, isTagged ? new TagName(scalar.Tag) : TagName.Empty, value, Style(scalar, allQuoted), !isTagged, !isTagged);
    }

    private static ScalarStyle Style(DocScalar scalar, bool allQuoted)
    {
        bool isPlain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;
        if (scalar.Tag.Length > 0 || (isPlain && scalar.Type != YamlType.Text))
        {
            return isPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;
        }

        return allQuoted || scalar.Value.IndexOfAny(OddBreaks) >= 0 || (isPlain && scalar.Value.Contains('\n', StringComparison.Ordinal))
            ? ScalarStyle.DoubleQuoted
            : scalar.Style;
    }
}
