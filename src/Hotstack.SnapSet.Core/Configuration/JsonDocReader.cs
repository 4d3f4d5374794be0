using System.Text;
using System.Text.Json;
using YamlDotNet.Core;

namespace Hotstack.Configuration;

/// <summary>
/// Reads a JSON file into the same nodes as YAML. A reader of YAML would not do: it refuses JSON's surrogate pairs (<c>\ud83d\ude00</c>) and tabs.
/// </summary>
internal ref struct JsonDocReader
{
    private readonly SourceMark _file;
    private readonly bool _isLazy;
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;
    private int _values;
    private int _markedTo;
    private int _line = 1;
    private int _lineStart;

    private JsonDocReader(SourceMark file, ReadOnlySpan<byte> bytes, bool isLazy)
    {
        _file = file;
        _isLazy = isLazy;
        _bytes = bytes;
        // One level more than allowed, so that our own message names the place.
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DocReader.MaxDepth + 1 });
    }

    /// <summary>The root; null for a text of blanks.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">Its JSON.</param>
    /// <param name="isLazy">A value whose key is given twice becomes a <see cref="DocFault"/>, and does not refuse the file.</param>
    /// <exception cref="HotstackException">By <paramref name="file"/>, with line and column.</exception>
    public static DocNode? Read(SourceMark file, string text, bool isLazy = false)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            var json = new JsonDocReader(file, Encoding.UTF8.GetBytes(text), isLazy);
            json._reader.Read();
            DocNode root = json.Node(1);
            json._reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            // The cause is left out, as it can show a part of the file.
            throw file.At((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1).Error("not valid JSON.");
        }
    }

    private DocNode Node(int depth)
    {
        SourceMark mark = Mark();
        DocReader.CheckDepth(depth, mark);
        DocReader.CheckCount(++_values, mark);
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(mark, depth),
            JsonTokenType.StartArray => List(mark, depth),
            JsonTokenType.String => new DocScalar(mark, Text(mark), ScalarStyle.DoubleQuoted),
            _ => DocScalar.Plain(mark, Encoding.UTF8.GetString(_reader.ValueSpan)),
        };
    }

    private DocMap Map(SourceMark mark, int depth)
    {
        var map = new DocMap(mark, isFlow: true);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            SourceMark keyMark = Mark();
            string key = Text(keyMark);
            _reader.Read();
            DocNode value = Node(depth + 1);
            if (map.Has(key))
            {
                DocFault twice = DocReader.Twice(keyMark, key);
                value = _isLazy ? twice : throw twice.Error();
            }

            map.Set(new DocScalar(keyMark, key, ScalarStyle.DoubleQuoted), value);
        }

        return map;
    }

    private DocList List(SourceMark mark, int depth)
    {
        var items = new List<DocNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Node(depth + 1));
        }

        return new DocList(mark, items, isFlow: true);
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
            throw mark.Error($"the text is not valid Unicode ({e.GetType().Name}).");
        }
    }

    /// <summary>The place of the current token. Tokens come in order, so each byte is counted once.</summary>
    private SourceMark Mark()
    {
        int position = (int)_reader.TokenStartIndex;
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
