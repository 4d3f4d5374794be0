using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hotstack.Templates.Expressions;

/// <summary>
/// Reads the part of Jinja (https://jinja.palletsprojects.com/en/stable/templates/) that parameter files need: names,
/// literals and the filter default.
/// </summary>
internal ref struct ExpressionParser
{
    private const int MaxDepth = 16;

    private readonly string _text;
    private int _position;
    private int _depth;

    private ExpressionParser(string text) => _text = text;

    /// <exception cref="FormatException">It is not supported; the message is a clause without subject.</exception>
    public static Expression Parse(string text)
    {
        var parser = new ExpressionParser(text);
        Expression expression = parser.Filtered();
        return parser.Peek() == '\0' ? expression : throw Unsupported();
    }

    private Expression Filtered()
    {
        Expression expression = Primary();
        for (int filters = 1; Take('|'); filters++)
        {
            if (filters > MaxDepth || Peek() is not ('d') || Name() is not ("default" or "d") || !Take('('))
            {
                throw Unsupported();
            }

            Expression other = Primary();
            bool alsoIfEmpty = false;
            if (Take(','))
            {
                if (char.IsAsciiLetter(Peek()) && Primary() is Expression.Literal { Value: JsonValue flag }
                    && flag.TryGetValue(out bool given))
                {
                    alsoIfEmpty = given;
                }
                else
                {
                    throw Unsupported();
                }
            }

            if (!Take(')'))
            {
                throw Unsupported();
            }

            expression = new Expression.Default(expression, other, alsoIfEmpty);
        }

        return expression;
    }

    private Expression Primary() => Peek() switch
    {
        '\'' or '"' or '[' or '{' or '-' => new Expression.Literal(Literal()),
        >= '0' and <= '9' => new Expression.Literal(Literal()),
        '_' => Path(),
        var c when char.IsAsciiLetter(c) => Path(),
        _ => throw Unsupported(),
    };

    private Expression Path()
    {
        string first = Name();
        if (Constant(first, out JsonNode? constant))
        {
            return new Expression.Literal(constant);
        }

        var path = new List<string> { first };
        while (Take('.'))
        {
            path.Add(Name());
        }

        return new Expression.Named(path);
    }

    private static bool Constant(string name, out JsonNode? value)
    {
        value = name is "true" or "True" ? JsonValue.Create(true) : name is "false" or "False" ? JsonValue.Create(false) : null;
        return value is not null || name is "none" or "None";
    }

    private string Name()
    {
        Peek();
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] == '_'))
        {
            _position++;
        }

        return _position > start ? _text[start.._position] : throw Unsupported();
    }

    private JsonNode? Literal()
    {
        if (++_depth > MaxDepth)
        {
            throw Unsupported();
        }

        JsonNode? value = Peek() switch
        {
            '\'' or '"' => JsonValue.Create(Quoted()),
            '[' => List(),
            '{' => Map(),
            '-' or (>= '0' and <= '9') => Number(),
            var c when char.IsAsciiLetter(c) && Constant(Name(), out JsonNode? constant) => constant,
            _ => throw Unsupported(),
        };
        _depth--;
        return value;
    }

    private JsonArray List()
    {
        var list = new JsonArray();
        Take('[');
        while (!Take(']'))
        {
            list.Add(Literal());
            if (!Take(',') && Peek() != ']')
            {
                throw Unsupported();
            }
        }

        return list;
    }

    private JsonObject Map()
    {
        var map = new JsonObject();
        Take('{');
        while (!Take('}'))
        {
            string key = Peek() is '\'' or '"' ? Quoted() : throw Unsupported();
            if (!Take(':'))
            {
                throw Unsupported();
            }

            map[key] = Literal();
            if (!Take(',') && Peek() != '}')
            {
                throw Unsupported();
            }
        }

        return map;
    }

    private JsonValue Number()
    {
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiDigit(_text[_position]) || _text[_position] is '-' or '.'))
        {
            _position++;
        }

        string number = _text[start.._position];
        return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? JsonValue.Create(whole)
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && double.IsFinite(real)
                ? JsonValue.Create(real)
            : throw Unsupported();
    }

    private string Quoted()
    {
        char quote = _text[_position++];
        var value = new StringBuilder();
        while (_position < _text.Length && _text[_position] != quote)
        {
            char c = _text[_position++];
            if (c == '\\')
            {
                c = _position < _text.Length ? _text[_position++] : throw Unsupported();
                c = c switch { 'n' => '\n', 't' => '\t', '\\' or '\'' or '"' => c, _ => throw Unsupported() };
            }

            value.Append(c);
        }

        return _position++ < _text.Length ? value.ToString() : throw Unsupported();
    }

    /// <summary>The next character that is no blank; NUL at the end.</summary>
    private char Peek()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }

        return _position < _text.Length ? _text[_position] : '\0';
    }

    private bool Take(char expected)
    {
        if (Peek() != expected || expected == '\0')
        {
            return false;
        }

        _position++;
        return true;
    }

    private static FormatException Unsupported() => new("is not resolved here: only names and default() are");
}

/// <summary>The text between braces: a value, and what replaces it if it is not defined.</summary>
internal abstract record Expression
{
    /// <param name="Value">A text, number, list or mapping that is written out.</param>
    public sealed record Literal(JsonNode? Value) : Expression;

    /// <param name="Path">A variable, and the keys within it: <c>zuul.build</c>.</param>
    public sealed record Named(IReadOnlyList<string> Path) : Expression
    {
        public override string ToString() => string.Join('.', Path);
    }

    /// <param name="Inner">The value.</param>
    /// <param name="Other">The value if the first is not defined.</param>
    /// <param name="AlsoIfEmpty">Also if it is false, null or empty: the second argument of Jinja's default.</param>
    public sealed record Default(Expression Inner, Expression Other, bool AlsoIfEmpty) : Expression;
}

/// <summary>A text with expressions in it, parsed.</summary>
/// <param name="Parts">Texts (<see cref="string"/>) and expressions, in order.</param>
internal sealed partial record ExpressionText(IReadOnlyList<object> Parts)
{
    private const int MaxShown = 8 * 1024;

    /// <summary>The expression, if it is the whole text: its value keeps its type.</summary>
    public Expression? Whole => Parts is [Expression expression] ? expression : null;

    public static bool IsIn(string text) =>
        text.Contains("{{", StringComparison.Ordinal)
        || text.Contains("{%", StringComparison.Ordinal)
        || text.Contains("{#", StringComparison.Ordinal);

    /// <exception cref="FormatException">It is not supported; the message is a clause without subject.</exception>
    public static ExpressionText Parse(string text)
    {
        var parts = new List<object>();
        int position = 0;
        while (position < text.Length)
        {
            int start = text.IndexOf('{', position);
            while (start >= 0 && (start + 1 == text.Length || text[start + 1] is not ('{' or '%' or '#')))
            {
                start = text.IndexOf('{', start + 1);
            }

            if (start < 0)
            {
                parts.Add(text[position..]);
                break;
            }

            if (start > position)
            {
                parts.Add(text[position..start]);
            }

            if (text[start + 1] != '{')
            {
                throw new FormatException($"holds {{{text[start + 1]}, which is not resolved here: only names and default() are");
            }

            int end = End(text, start + 2);
            parts.Add(ExpressionParser.Parse(text[(start + 2)..end]));
            position = end + 2;
        }

        return new ExpressionText(parts);
    }

    /// <summary>The expressions for a message, without quoted texts and the text around them, which may be secret.</summary>
    public static string Shown(string text)
    {
        // Each open brace without a closing one costs a search to the end.
        string start = text.Length > MaxShown ? text[..MaxShown] : text;
        string[] expressions = [.. Braces().Matches(Quoted().Replace(start, "'…'")).Select(expression => expression.Value)];
        string masked = expressions.Length == 0 ? "the text" : string.Join(" ", expressions);
        return masked.Length <= 120 ? masked : masked[..120] + "…";
    }

    /// <summary>The position of the closing braces, without those in quotes and of mappings.</summary>
    private static int End(string text, int from)
    {
        int depth = 0;
        for (int i = from; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\'' or '"':
                    i = Closing(text, i);
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when depth > 0:
                    depth--;
                    break;
                case '}' when i + 1 < text.Length && text[i + 1] == '}':
                    return i;
            }
        }

        throw new FormatException("has braces that are not closed");
    }

    private static int Closing(string text, int quote)
    {
        int i = quote + 1;
        while (i < text.Length && text[i] != text[quote])
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return i;
    }

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Braces();

    [GeneratedRegex("""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?""", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
