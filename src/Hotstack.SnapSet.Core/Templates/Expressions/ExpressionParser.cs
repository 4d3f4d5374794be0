using System.Globalization;
using System.Text.Json.Nodes;
using System.Text;

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
                if (char.IsAsciiLetter(Peek()) && Primary() is Expression.Literal { Value: JsonValue flag } && flag.TryGetValue(out bool given))
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
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && double.IsFinite(real) ? JsonValue.Create(real)
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
