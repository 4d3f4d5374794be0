using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotstack.Templates.Expressions;

/// <summary>
/// Reads the part of Jinja (https://jinja.palletsprojects.com/en/stable/templates/) that parameter files need: names, literals, items,
/// slices, filters, tests, the operators of texts and conditions. It calls nothing and reads nothing.
/// </summary>
internal ref struct ExpressionParser
{
    /// <summary>Far above any real expression, so that a hostile one costs an error and not the stack.</summary>
    private const int MaxDepth = 32;

    /// <inheritdoc cref="MaxDepth"/>
    private const int MaxSteps = 64;

    private const string Builtin = "ansible.builtin.";

    private static readonly string[] Keywords = ["if", "else", "or", "and", "not", "in", "is"];

    /// <summary>Functions of Ansible that read files, the environment or other things.</summary>
    private static readonly string[] Lookups = ["lookup", "query", "q"];

    private static readonly string[] Tests = ["defined", "undefined", "none"];

    private readonly string _text;
    private int _position;
    private int _depth;
    private int _steps;

    private ExpressionParser(string text) => _text = text;

    /// <exception cref="FormatException">It is not supported; the message is a clause without subject.</exception>
    public static Expression Parse(string text)
    {
        var parser = new ExpressionParser(text);
        Expression expression = parser.Whole();
        return parser.Peek() == '\0' ? expression : throw Unsupported();
    }

    public static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(IsNamePart);

    private Expression Whole()
    {
        Deeper();
        Expression value = Either();
        if (Word("if"))
        {
            Expression condition = Either();
            value = new Expression.Choice(value, condition, Word("else") ? Whole() : null);
        }

        _depth--;
        return value;
    }

    private Expression Either()
    {
        Expression left = Both();
        while (Word("or"))
        {
            left = Made(new Expression.Binary("or", left, Both()));
        }

        return left;
    }

    private Expression Both()
    {
        Expression left = Negated();
        while (Word("and"))
        {
            left = Made(new Expression.Binary("and", left, Negated()));
        }

        return left;
    }

    private Expression Negated()
    {
        if (!Word("not"))
        {
            return Compared();
        }

        Deeper();
        var negated = new Expression.Not(Negated());
        _depth--;
        return negated;
    }

    private Expression Compared()
    {
        Expression left = Sum();
        string? comparison = Signs("==") ? "==" : Signs("!=") ? "!=" : Word("in") ? "in" : null;
        if (comparison is null && Word("not"))
        {
            comparison = Word("in") ? "not in" : throw Unsupported();
        }

        return comparison is null ? left : Made(new Expression.Binary(comparison, left, Sum()));
    }

    private Expression Sum()
    {
        Expression left = Joined();
        while (Take('+'))
        {
            left = Made(new Expression.Binary("+", left, Joined()));
        }

        return left;
    }

    private Expression Joined()
    {
        Expression left = Filtered();
        while (Take('~'))
        {
            left = Made(new Expression.Binary("~", left, Filtered()));
        }

        return left;
    }

    private Expression Filtered()
    {
        Expression value = Parts(Primary());
        while (true)
        {
            if (Take('|'))
            {
                string name = FilterName();
                value = Made(new Expression.Filter(value, name, Take('(') ? Arguments() : []));
            }
            else if (Word("is"))
            {
                bool isNegated = Word("not");
                string test = Name();
                value = Made(new Expression.Is(value, Tests.Contains(test) ? test : throw Unsupported($"uses the test {test}"), isNegated));
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>The items and slices behind a value.</summary>
    private Expression Parts(Expression value)
    {
        while (true)
        {
            if (Take('.'))
            {
                string key = Name();
                value = Peek() == '(' ? throw Unsupported($"calls {key}()")
                    : Made(new Expression.Item(value, new Expression.Literal(JsonValue.Create(key))));
            }
            else if (Take('['))
            {
                value = Made(Bracketed(value));
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Bracketed(Expression value)
    {
        Expression? from = Peek() is ':' ? null : Whole();
        if (Take(']'))
        {
            return new Expression.Item(value, from ?? throw Unsupported());
        }

        if (!Take(':'))
        {
            throw Unsupported();
        }

        Expression? to = Peek() is ':' or ']' ? null : Whole();
        Expression? step = Take(':') && Peek() != ']' ? Whole() : null;
        return Take(']') ? new Expression.Slice(value, from, to, step) : throw Unsupported();
    }

    private string FilterName()
    {
        string name = Name();
        while (Take('.'))
        {
            name += "." + Name();
            Made(name);
        }

        name = name.StartsWith(Builtin, StringComparison.Ordinal) ? name[Builtin.Length..] : name;
        return ExpressionFilters.IsKnown(name) ? name : throw Unsupported($"uses the filter {name}");
    }

    private List<(string? Name, Expression Value)> Arguments()
    {
        var arguments = new List<(string?, Expression)>();
        while (!Take(')'))
        {
            int start = _position;
            string? name = char.IsAsciiLetter(Peek()) ? Name() : null;
            if (name is null || Peek() != '=' || (_position + 1 < _text.Length && _text[_position + 1] == '='))
            {
                (_position, name) = (start, null);
            }
            else
            {
                Take('=');
            }

            arguments.Add(Made<(string?, Expression)>((name, Whole())));
            if (!Take(',') && Peek() != ')')
            {
                throw Unsupported();
            }
        }

        return arguments;
    }

    private Expression Primary()
    {
        switch (Peek())
        {
            case '\'' or '"':
                return new Expression.Literal(JsonValue.Create(Quoted()));
            case '[':
                return List();
            case '{':
                return Map();
            case '-' or (>= '0' and <= '9'):
                return new Expression.Literal(Number());
            case '(':
                Take('(');
                Expression inner = Whole();
                return Take(')') ? inner : throw Unsupported();
            case var c when c == '_' || char.IsAsciiLetter(c):
                return Variable(Name());
            default:
                throw Unsupported();
        }
    }

    private Expression Variable(string name)
    {
        if (Peek() == '(')
        {
            throw Lookups.Contains(name) ? Lookup(name) : Unsupported($"calls {name}()");
        }

        return name switch
        {
            "true" or "True" => new Expression.Literal(JsonValue.Create(true)),
            "false" or "False" => new Expression.Literal(JsonValue.Create(false)),
            "none" or "None" => new Expression.Literal(null),
            _ when Keywords.Contains(name) => throw Unsupported(),
            _ => new Expression.Named(name),
        };
    }

    private FormatException Lookup(string name)
    {
        Take('(');
        string plugin = Peek() is '\'' or '"' ? Quoted() : "";
        plugin = plugin.StartsWith(Builtin, StringComparison.Ordinal) ? plugin[Builtin.Length..] : plugin;
        string what = plugin switch
        {
            "file" or "first_found" or "template" => "a file",
            "env" => "a variable of the environment",
            _ => "something outside the parameter files",
        };
        return new($"reads {what} with {name}({(IsName(plugin) ? $"'{plugin}'" : "")}), which is not done here");
    }

    private Expression List()
    {
        Deeper();
        var items = new List<Expression>();
        Take('[');
        while (!Take(']'))
        {
            items.Add(Whole());
            if (!Take(',') && Peek() != ']')
            {
                throw Unsupported();
            }
        }

        _depth--;
        return items.TrueForAll(item => item is Expression.Literal)
            ? new Expression.Literal(new JsonArray([.. items.Select(item => ((Expression.Literal)item).Value)]))
            : new Expression.ListOf(items);
    }

    private Expression.MapOf Map()
    {
        Deeper();
        var entries = new List<(string Key, Expression Value)>();
        Take('{');
        while (!Take('}'))
        {
            string key = Peek() is '\'' or '"' ? Quoted() : throw Unsupported();
            entries.Add((key, Take(':') ? Whole() : throw Unsupported()));
            if (!Take(',') && Peek() != '}')
            {
                throw Unsupported();
            }
        }

        _depth--;
        return new Expression.MapOf(entries);
    }

    private string Name()
    {
        Peek();
        int start = _position;
        while (_position < _text.Length && IsNamePart(_text[_position]))
        {
            _position++;
        }

        return _position > start ? _text[start.._position] : throw Unsupported();
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

    private bool Signs(string signs)
    {
        if (Peek() != signs[0] || !_text.AsSpan(_position).StartsWith(signs, StringComparison.Ordinal))
        {
            return false;
        }

        _position += signs.Length;
        return true;
    }

    private bool Word(string word)
    {
        if (Peek() != word[0] || !_text.AsSpan(_position).StartsWith(word, StringComparison.Ordinal)
            || (_position + word.Length < _text.Length && IsNamePart(_text[_position + word.Length])))
        {
            return false;
        }

        _position += word.Length;
        return true;
    }

    private void Deeper()
    {
        if (++_depth > MaxDepth)
        {
            throw Unsupported();
        }
    }

    private T Made<T>(T part) => ++_steps <= MaxSteps ? part : throw Unsupported($"has more than {MaxSteps} parts");

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <param name="what">What it does, as a clause without subject; null if no single thing can be named.</param>
    private static FormatException Unsupported(string? what = null) =>
        new(what is null ? "is not resolved here" : $"{what}, which is not resolved here");
}
