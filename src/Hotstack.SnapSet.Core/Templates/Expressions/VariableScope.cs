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
/// <param name="given">Variables of the caller.</param>
/// <param name="written">Variables of files.</param>
/// <param name="surroundings">Variables that Ansible or upstream's inventory sets, read when they are needed (null if not there); null for none.</param>
internal sealed class VariableScope(
    IReadOnlyDictionary<string, JsonNode?> given, IReadOnlyDictionary<string, DocNode> written,
    IReadOnlyDictionary<string, Func<string?>>? surroundings = null)
{
    // Far above any real file, so that a hostile one costs an error and not the memory or the stack.
    private const int MaxDepth = 16;

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
            throw mark.Error($"{ExpressionText.Shown(scalar.Value)} {e.Message}.", Remedy(_resolving.LastOrDefault()));
        }

        if (text.Whole is { } whole)
        {
            return Defined(whole, mark, scalar);
        }

        var joined = new StringBuilder();
        foreach (object part in text.Parts)
        {
            joined.Append(part as string ?? TextOf((Expression)part, mark, scalar));
            if (joined.Length > ExpressionFilters.MaxText)
            {
                throw TooMuch(mark);
            }
        }

        Weigh(1 + (joined.Length / 64), mark);
        return JsonValue.Create(joined.ToString());
    }

    private JsonNode? Defined(Expression expression, SourceMark mark, DocScalar scalar)
    {
        var evaluation = new ExpressionValue(this, mark);
        try
        {
            return evaluation.Of(expression) is { IsDefined: true } found
                ? found.Value
                : throw mark.Error($"{ExpressionText.Shown(scalar.Value)}: {expression} is not defined.", Remedy(VariableIn(expression)));
        }
        catch (FormatException e)
        {
            throw mark.Error($"{ExpressionText.Shown(scalar.Value)} {e.Message}.",
                Remedy(evaluation.Missing is { } missing ? VariableIn(missing) : _resolving.LastOrDefault()));
        }
    }

    /// <summary>The value of a variable of an expression.</summary>
    internal (bool IsDefined, JsonNode? Value) Find(string name, SourceMark mark)
    {
        if (given.ContainsKey(name) || written.ContainsKey(name))
        {
            return (true, Lookup(name, mark).Value?.DeepClone());
        }

        string? around = surroundings?.GetValueOrDefault(name)?.Invoke();
        return (around is not null, around);
    }

    /// <summary>Counts a value that an expression makes.</summary>
    internal JsonNode? Weighed(JsonNode? value, SourceMark mark)
    {
        Weigh(WeightOf(value), mark);
        return value;
    }

    /// <param name="variable">The variable to give; null for none.</param>
    private static string Remedy(string? variable) => variable is null
        ? "Give the value itself, with -Parameter or in a file of your own."
        : $"Give the value with -Variable @{{ {(ExpressionParser.IsName(variable) ? variable : "NAME")} = … }}, or in a file of your own.";

    /// <summary>The variable whose part an expression is.</summary>
    private static string? VariableIn(Expression expression) => expression switch
    {
        Expression.Named name => name.Name,
        Expression.Item item => VariableIn(item.Inner),
        Expression.Slice slice => VariableIn(slice.Inner),
        Expression.Filter filter => VariableIn(filter.Inner),
        _ => null,
    };

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
                    : $"variables name each other more than {MaxDepth} deep.", Remedy(name));
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

    private string TextOf(Expression expression, SourceMark mark, DocScalar scalar)
    {
        JsonNode? value = Defined(expression, mark, scalar);
        try
        {
            return ExpressionFilters.Text(value);
        }
        catch (FormatException e)
        {
            throw mark.Error($"{ExpressionText.Shown(scalar.Value)} {e.Message}.");
        }
    }
}
