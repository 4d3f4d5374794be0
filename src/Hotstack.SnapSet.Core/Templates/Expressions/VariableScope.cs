using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates.Expressions;

/// <summary>
/// Resolves expressions against variables, as Ansible does: lazily, so that only needed variables have to be known, and
/// recursively, so that a variable can name others. Variables of the caller are literal.
/// </summary>
internal sealed class VariableScope(IReadOnlyDictionary<string, JsonNode?> given, IReadOnlyDictionary<string, DocNode> written)
{
    // Far above any real file, so that a hostile one costs an error and not the memory or the stack.
    private const int MaxDepth = 16;
    private const int MaxText = 1024 * 1024;

    private readonly Dictionary<string, (JsonNode? Value, long Weight)> _known = [];
    private readonly List<string> _resolving = [];
    private long _weight;
    private int _depth;

    public IEnumerable<string> Names => given.Keys.Union(written.Keys);

    /// <summary>Whether a value is a text with expressions in it.</summary>
    public static bool IsExpression([NotNullWhen(true)] DocNode? node) =>
        node is DocScalar { Type: YamlType.Text, IsLiteral: false } text && ExpressionText.IsIn(text.Value);

    /// <summary>The value of a variable.</summary>
    /// <exception cref="HotstackException"><c>ParameterUnresolved</c>.</exception>
    public JsonNode? Variable(string name) => Lookup(name, TemplateErrors.Mark(name, TemplateErrors.Unresolved)).Value?.DeepClone();

    /// <summary>A value with all of its expressions resolved.</summary>
    /// <exception cref="HotstackException"><c>ParameterUnresolved</c>, naming expression, file and line.</exception>
    public JsonNode? Resolve(DocNode node)
    {
        JsonNode? value = Value(node);
        return DepthOf(value) <= DocReader.MaxDepth ? value : throw TooMuch(node.Mark);
    }

    private JsonNode? Value(DocNode node)
    {
        if (_depth > 2 * DocReader.MaxDepth)
        {
            throw TooMuch(node.Mark);
        }

        _depth++;
        try
        {
            return ValueWithin(node);
        }
        finally
        {
            _depth--;
        }
    }

    private JsonNode? ValueWithin(DocNode node)
    {
        switch (node)
        {
            case DocMap map:
                var made = new JsonObject();
                foreach ((DocScalar key, DocNode value) in map.Entries)
                {
                    made[key.Value] = Value(value);
                }

                Weigh(1, node.Mark);
                return made;
            case DocList list:
                Weigh(1, node.Mark);
                return new JsonArray([.. list.Items.Select(Value)]);
            case DocScalar text when IsExpression(text):
                return OfText(text);
            default:
                Weigh(1, node.Mark);
                return DocJson.Of(node);
        }
    }

    private JsonNode? OfText(DocScalar scalar)
    {
        SourceMark mark = scalar.Mark with { ErrorId = TemplateErrors.Unresolved };
        ExpressionText text;
        try
        {
            text = ExpressionText.Parse(scalar.Value);
        }
        catch (FormatException e)
        {
            throw mark.Error($"{ExpressionText.Shown(scalar.Value)} {e.Message}.",
                "Give the value itself, with -Variable or a file of your own.");
        }

        if (text.Whole is { } whole)
        {
            return Defined(whole, mark, scalar);
        }

        var joined = new StringBuilder();
        foreach (object part in text.Parts)
        {
            joined.Append(part as string ?? Text(Defined((Expression)part, mark, scalar), mark, scalar));
            if (joined.Length > MaxText)
            {
                throw TooMuch(mark);
            }
        }

        Weigh(1 + (joined.Length / 64), mark);
        return JsonValue.Create(joined.ToString());
    }

    private JsonNode? Defined(Expression expression, SourceMark mark, DocScalar scalar)
    {
        (bool isDefined, JsonNode? value) = Evaluate(expression, mark);
        return isDefined
            ? value
            : throw mark.Error($"{ExpressionText.Shown(scalar.Value)}: {expression} is not defined.",
                $"Give it with -Variable, as {expression}.");
    }

    private (bool IsDefined, JsonNode? Value) Evaluate(Expression expression, SourceMark mark)
    {
        switch (expression)
        {
            case Expression.Literal literal:
                Weigh(WeightOf(literal.Value), mark);
                return (true, literal.Value?.DeepClone());
            case Expression.Named name:
                return Named(name, mark);
            case Expression.Default choice:
                (bool IsDefined, JsonNode? Value) inner = Evaluate(choice.Inner, mark);
                return inner.IsDefined && !(choice.AlsoIfEmpty && IsEmpty(inner.Value)) ? inner : Evaluate(choice.Other, mark);
            default:
                throw new InvalidOperationException(expression.GetType().Name);
        }
    }

    private (bool IsDefined, JsonNode? Value) Named(Expression.Named name, SourceMark mark)
    {
        if (!given.ContainsKey(name.Path[0]) && !written.ContainsKey(name.Path[0]))
        {
            return (false, null);
        }

        JsonNode? value = Lookup(name.Path[0], mark).Value;
        foreach (string key in name.Path.Skip(1))
        {
            if (value is not JsonObject map || !map.TryGetPropertyValue(key, out value))
            {
                return (false, null);
            }
        }

        Weigh(WeightOf(value), mark);
        return (true, value?.DeepClone());
    }

    private (JsonNode? Value, long Weight) Lookup(string name, SourceMark mark)
    {
        if (_known.TryGetValue(name, out (JsonNode? Value, long Weight) known))
        {
            return known;
        }

        if (given.TryGetValue(name, out JsonNode? value))
        {
            return _known[name] = (value, WeightOf(value));
        }

        if (_resolving.Contains(name) || _resolving.Count == MaxDepth)
        {
            string chain = string.Join(" -> ", _resolving.SkipWhile(n => n != name).Take(MaxDepth).Append(name));
            throw (mark with { ErrorId = TemplateErrors.Unresolved }).Error(_resolving.Contains(name)
                    ? $"variables name each other in a circle: {chain}."
                    : $"variables name each other more than {MaxDepth} deep.");
        }

        _resolving.Add(name);
        try
        {
            value = Value(written[name]);
            return _known[name] = (value, WeightOf(value));
        }
        finally
        {
            _resolving.RemoveAt(_resolving.Count - 1);
        }
    }

    private void Weigh(long weight, SourceMark mark)
    {
        _weight += weight;
        if (_weight > DocReader.MaxValues)
        {
            throw TooMuch(mark);
        }
    }

    private static HotstackException TooMuch(SourceMark mark) =>
        (mark with { ErrorId = TemplateErrors.Unresolved }).Error("its expressions make too much of this.");

    private static long WeightOf(JsonNode? value) => value switch
    {
        JsonObject map => 1 + map.Sum(entry => WeightOf(entry.Value)),
        JsonArray list => 1 + list.Sum(WeightOf),
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => 1 + (scalar.GetValue<string>().Length / 64),
        _ => 1,
    };

    private static int DepthOf(JsonNode? value) => value switch
    {
        JsonObject map => 1 + map.Select(entry => DepthOf(entry.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 1,
    };

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonObject map => map.Count == 0,
        JsonArray list => list.Count == 0,
        JsonValue scalar => scalar.GetValueKind() switch
        {
            JsonValueKind.False => true,
            JsonValueKind.String => scalar.GetValue<string>().Length == 0,
            JsonValueKind.Number => scalar.ToJsonString() is "0" or "0.0",
            _ => false,
        },
        _ => false,
    };

    /// <summary>A value within a text, as by Ansible: True and False as in Python, nothing for null.</summary>
    private static string Text(JsonNode? value, SourceMark mark, DocScalar scalar) => value switch
    {
        null => "",
        JsonValue single => single.GetValueKind() switch
        {
            JsonValueKind.String => single.GetValue<string>(),
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            _ => single.ToJsonString(),
        },
        _ => throw mark.Error($"{ExpressionText.Shown(scalar.Value)} puts a list or a mapping into a text."),
    };
}
