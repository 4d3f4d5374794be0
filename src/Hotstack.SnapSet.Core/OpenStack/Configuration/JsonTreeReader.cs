using System.Text;
using System.Text.Json;

namespace Hotstack.OpenStack.Configuration;

/// <summary>Reads a JSON file into the same nodes as YAML.</summary>
internal ref struct JsonTreeReader
{
    private readonly string file;
    private readonly ReadOnlySpan<byte> bytes;
    private Utf8JsonReader reader;
    private int markedTo;
    private int line = 1;
    private int lineStart;

    private JsonTreeReader(string file, ReadOnlySpan<byte> bytes)
    {
        this.file = file;
        this.bytes = bytes;
        // One level more than allowed, so that our own message names the place.
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = ConfigTreeLimits.Depth + 1 });
    }

    /// <summary>The root; null for a text of blanks.</summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>, with line and column.</exception>
    public static ConfigNode? Read(string file, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            var json = new JsonTreeReader(file, Encoding.UTF8.GetBytes(text));
            json.reader.Read();
            var root = json.Node(1);
            json.reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            throw ConfigurationErrors.At(
                new SourceMark(file, (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1), "not valid JSON.", inner: e);
        }
    }

    private ConfigNode Node(int depth)
    {
        var mark = Mark();
        ConfigTreeLimits.CheckDepth(depth, mark);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(mark, depth),
            JsonTokenType.StartArray => List(mark, depth),
            JsonTokenType.Null => new ConfigScalar(mark, null),
            JsonTokenType.String => new ConfigScalar(mark, Text(mark)),
            _ => new ConfigScalar(mark, Encoding.UTF8.GetString(reader.ValueSpan)),
        };
    }

    private ConfigMap Map(SourceMark mark, int depth)
    {
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var keyMark = Mark();
            var key = Text(keyMark);
            reader.Read();
            if (!entries.TryAdd(key, Node(depth + 1)))
            {
                throw ConfigurationErrors.At(
                    keyMark, $"the key {key} is given twice in one mapping.", "Remove the one that is not meant.");
            }
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigMap(mark, entries));
    }

    private ConfigList List(SourceMark mark, int depth)
    {
        var items = new List<ConfigNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Node(depth + 1));
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigList(mark, items));
    }

    private readonly string Text(SourceMark mark)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair; the message of the cause would show the text.
            throw ConfigurationErrors.At(mark, $"the text is not valid Unicode ({e.GetType().Name}).");
        }
    }

    /// <summary>The place of the current token. Tokens come in order, so every byte is looked at once.</summary>
    private SourceMark Mark()
    {
        var position = (int)reader.TokenStartIndex;
        for (; markedTo < position; markedTo++)
        {
            if (bytes[markedTo] == '\n')
            {
                line++;
                lineStart = markedTo + 1;
            }
        }

        return new SourceMark(file, line, position - lineStart + 1);
    }
}
