using System.Text;
using System.Text.Json;

namespace Hotstack.Configuration;

/// <summary>Reads a JSON file into the same nodes as YAML.</summary>
internal ref struct JsonTreeReader
{
    private readonly SourceMark _file;
    private readonly bool _isLazy;
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;
    private int _markedTo;
    private int _line = 1;
    private int _lineStart;

    private JsonTreeReader(SourceMark file, ReadOnlySpan<byte> bytes, bool isLazy)
    {
        _file = file;
        _isLazy = isLazy;
        _bytes = bytes;
        // One level more than allowed, so that our own message names the place.
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = ConfigTreeLimits.Depth + 1 });
    }

    /// <summary>The root; null for a text of blanks.</summary>
    /// <exception cref="HotstackException">By the id of <paramref name="file"/>, with line and column.</exception>
    /// <param name="file">Where it comes from.</param>
    /// <param name="text">The JSON.</param>
    /// <param name="isLazy">A value whose key is given twice becomes a <see cref="ConfigFault"/>, and does not refuse the file.</param>
    public static ConfigNode? Read(SourceMark file, string text, bool isLazy = false)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            var json = new JsonTreeReader(file, Encoding.UTF8.GetBytes(text), isLazy);
            json._reader.Read();
            var root = json.Node(1);
            json._reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            // The cause is left out, for it can show what is there.
            throw ConfigurationErrors.At(file.At((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1), "not valid JSON.");
        }
    }

    private ConfigNode Node(int depth)
    {
        var mark = Mark();
        ConfigTreeLimits.CheckDepth(depth, mark);
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(mark, depth),
            JsonTokenType.StartArray => List(mark, depth),
            JsonTokenType.Null => new ConfigScalar(mark, null),
            JsonTokenType.String => new ConfigScalar(mark, Text(mark), isQuoted: true),
            _ => new ConfigScalar(mark, Encoding.UTF8.GetString(_reader.ValueSpan)),
        };
    }

    private ConfigMap Map(SourceMark mark, int depth)
    {
        var entries = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var keyMark = Mark();
            var key = Text(keyMark);
            _reader.Read();
            if (!entries.TryAdd(key, Node(depth + 1)))
            {
                var twice = new ConfigFault(keyMark, $"the key {key} is given twice in one mapping.", "Remove the one that is not meant.");
                entries[key] = _isLazy ? twice : throw twice.Error();
            }
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigMap(mark, entries));
    }

    private ConfigList List(SourceMark mark, int depth)
    {
        var items = new List<ConfigNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Node(depth + 1));
        }

        return ConfigTreeLimits.CheckedWeight(new ConfigList(mark, items));
    }

    private readonly string Text(SourceMark mark)
    {
        try
        {
            return _reader.GetString()!;
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
        var position = (int)_reader.TokenStartIndex;
        for (; _markedTo < position; _markedTo++)
        {
            if (_bytes[_markedTo] == '\n')
            {
                _line++;
                _lineStart = _markedTo + 1;
            }
        }

        return _file.At(_line, position - _lineStart + 1);
    }
}
