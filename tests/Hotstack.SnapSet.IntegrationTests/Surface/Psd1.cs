using System.Text;

namespace Hotstack.Surface;

/// <summary>Reads as much of PowerShell's data language as a manifest needs: tables, lists, single-quoted strings.</summary>
internal sealed class Psd1
{
    private readonly string _text;
    private int _at;

    private Psd1(string text) => _text = text;

    public static IReadOnlyDictionary<string, object> Read(string text)
    {
        var reader = new Psd1(text);
        var table = (IReadOnlyDictionary<string, object>)reader.ReadValue();
        reader.SkipBlanks();
        return reader._at == text.Length ? table : throw reader.Unexpected("after the table");
    }

    private object ReadValue()
    {
        SkipBlanks();
        return Rest switch
        {
            ['@', '{', ..] => ReadTable(),
            ['@', '(', ..] => ReadList(),
            ['\'', ..] => ReadString(),
            _ => throw Unexpected("instead of a value"),
        };
    }

    private Dictionary<string, object> ReadTable()
    {
        var table = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        for (_at += 2; !TryTake('}');)
        {
            string key = ReadKey();
            SkipBlanks();
            Take('=');
            table.Add(key, ReadValue());
            SkipSeparators(';');
        }

        return table;
    }

    private List<object> ReadList()
    {
        var list = new List<object>();
        for (_at += 2; !TryTake(')');)
        {
            list.Add(ReadValue());
            SkipSeparators(',');
        }

        return list;
    }

    private string ReadString()
    {
        var value = new StringBuilder();
        for (Take('\''); ; _at++)
        {
            switch (Rest)
            {
                case ['\'', '\'', ..]:
                    _at++;
                    break;
                case ['\'', ..]:
                    _at++;
                    return value.ToString();
                case []:
                    throw Unexpected("inside a string");
            }

            value.Append(_text[_at]);
        }
    }

    private string ReadKey()
    {
        int start = _at;
        while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at]))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Unexpected("instead of a key");
    }

    private ReadOnlySpan<char> Rest => _text.AsSpan(_at);

    private void Take(char sign)
    {
        if (!TryTake(sign))
        {
            throw Unexpected($"instead of '{sign}'");
        }
    }

    private bool TryTake(char sign)
    {
        SkipBlanks();
        bool isThere = Rest is [var next, ..] && next == sign;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void SkipSeparators(char separator)
    {
        while (TryTake(separator))
        {
        }
    }

    private void SkipBlanks()
    {
        while (Rest is [var sign, ..] && (char.IsWhiteSpace(sign) || sign == '#'))
        {
            int end = _text.IndexOf('\n', _at);
            _at = sign != '#' ? _at + 1 : end < 0 ? _text.Length : end;
        }
    }

    private FormatException Unexpected(string where) =>
        new($"line {_text.AsSpan(0, _at).Count('\n') + 1}: '{(Rest is [var sign, ..] ? sign : "the end")}' {where}");
}
