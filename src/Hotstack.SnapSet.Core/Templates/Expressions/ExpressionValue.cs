using System.Text.Json.Nodes;
using Hotstack.Configuration;

namespace Hotstack.Templates.Expressions;

/// <summary>
/// The value of an expression, as Jinja has it. A part of what is not defined is not defined either, as in Ansible, so
/// <c>{{ zuul.build[:8] | default('x') }}</c> is a text without any <c>zuul</c>.
/// </summary>
/// <param name="scope">The variables.</param>
/// <param name="mark">The place of the expression, for errors.</param>
internal sealed class ExpressionValue(VariableScope scope, SourceMark mark)
{
    private static readonly string[] DefaultArguments = ["?default_value", "?boolean"];

    /// <summary>The part whose lack was the error; null for none.</summary>
    public Expression? Missing { get; private set; }

    /// <returns>The value, and whether it is defined.</returns>
    /// <exception cref="FormatException">It cannot be made; the message is a clause without subject.</exception>
    /// <exception cref="HotstackException"><c>ParameterUnresolved</c>: a variable in it cannot be resolved.</exception>
    public (bool IsDefined, JsonNode? Value) Of(Expression expression)
    {
        switch (expression)
        {
            case Expression.Literal literal:
                return Made(literal.Value?.DeepClone());
            case Expression.Named name:
                (bool isKnown, JsonNode? known) = scope.Find(name.Name, mark);
                return isKnown ? Made(known) : default;
            case Expression.ListOf list:
                return Made(new JsonArray([.. list.Items.Select(Defined)]));
            case Expression.MapOf map:
                var made = new JsonObject();
                foreach ((string key, Expression value) in map.Entries)
                {
                    made[key] = Defined(value);
                }

                return Made(made);
            case Expression.Item item:
                return Of(item.Inner) is { IsDefined: true, Value: var holder } ? ItemOf(holder, Defined(item.Key)) : default;
            case Expression.Slice slice:
                return Of(slice.Inner) is { IsDefined: true, Value: var whole } ? Made(SliceOf(whole, slice)) : default;
            case Expression.Filter filter:
                return ExpressionFilters.IsDefault(filter.Name) ? WithDefault(filter) : Filtered(filter);
            case Expression.Is test:
                return Made(IsSo(test) != test.IsNegated);
            case Expression.Not not:
                return Made(!ExpressionFilters.IsTrue(Defined(not.Inner)));
            case Expression.Choice choice:
                return ExpressionFilters.IsTrue(Defined(choice.If)) ? Of(choice.Then) : choice.Else is { } other ? Of(other) : default;
            case Expression.Binary binary:
                return Made(Joined(binary));
            default:
                throw new InvalidOperationException(expression.GetType().Name);
        }
    }

    private (bool IsDefined, JsonNode? Value) Made(JsonNode? value) => (true, scope.Weighed(value, mark));

    private JsonNode? Defined(Expression expression)
    {
        if (Of(expression) is { IsDefined: true } found)
        {
            return found.Value;
        }

        Missing = expression;
        throw new FormatException($"needs {expression}, which is not defined");
    }

    private (bool IsDefined, JsonNode? Value) WithDefault(Expression.Filter filter)
    {
        Expression?[] arguments = ExpressionFilters.Ordered<Expression>(filter.Name, DefaultArguments, [.. filter.Arguments]);
        (bool IsDefined, JsonNode? Value) inner = Of(filter.Inner);
        bool alsoIfEmpty = arguments[1] is { } flag && ExpressionFilters.IsTrue(Defined(flag));
        return inner.IsDefined && !(alsoIfEmpty && !ExpressionFilters.IsTrue(inner.Value)) ? inner
            : arguments[0] is { } other ? Of(other)
            : Made("");
    }

    private (bool IsDefined, JsonNode? Value) Filtered(Expression.Filter filter)
    {
        JsonNode? value = Defined(filter.Inner);
        (string?, JsonNode?)[] arguments = [.. filter.Arguments.Select(argument => (argument.Name, Defined(argument.Value)))];
        return ExpressionFilters.FindsNothing(filter.Name, value) ? default
            : Made(ExpressionFilters.Apply(filter.Name, value, arguments));
    }

    private bool IsSo(Expression.Is test) => test.Test switch
    {
        "defined" => Of(test.Inner).IsDefined,
        "undefined" => !Of(test.Inner).IsDefined,
        _ => Defined(test.Inner) is null,
    };

    private (bool IsDefined, JsonNode? Value) ItemOf(JsonNode? holder, JsonNode? key)
    {
        if (holder is JsonObject map)
        {
            return key is JsonValue name && name.TryGetValue(out string? text) && map.TryGetPropertyValue(text, out JsonNode? found)
                ? Made(found?.DeepClone())
                : default;
        }

        bool hasItems = holder is JsonArray || (holder is JsonValue single && single.TryGetValue(out string? _));
        if (!hasItems || ExpressionFilters.Number(key) is not { } index)
        {
            return default;
        }

        IReadOnlyList<JsonNode?> items = ExpressionFilters.Items(holder);
        index = index < 0 ? items.Count + index : index;
        return index >= 0 && index < items.Count ? Made(items[(int)index]) : default;
    }

    private JsonNode SliceOf(JsonNode? whole, Expression.Slice slice)
    {
        if (whole is JsonObject)
        {
            throw new FormatException("takes a slice of a mapping");
        }

        IReadOnlyList<JsonNode?> items = ExpressionFilters.Items(whole);
        long step = Bound(slice.Step) ?? 1;
        if (step == 0)
        {
            throw new FormatException("takes a slice with the step 0");
        }

        // As Python's slice.indices.
        (long low, long high) = step > 0 ? (0, items.Count) : (-1L, items.Count - 1L);
        long from = Place(Bound(slice.From), step > 0 ? low : high);
        long to = Place(Bound(slice.To), step > 0 ? high : low);
        var taken = new List<JsonNode?>();
        for (long i = from; step > 0 ? i < to : i > to; i += step)
        {
            taken.Add(items[(int)i]);
        }

        return whole is JsonArray ? new JsonArray([.. taken]) : JsonValue.Create(string.Concat(taken.Select(ExpressionFilters.Text)));

        long Place(long? bound, long otherwise) => bound is not { } at ? otherwise : Math.Clamp(at < 0 ? items.Count + at : at, low, high);
    }

    private long? Bound(Expression? bound) => bound is null || Defined(bound) is not { } value ? null
        : ExpressionFilters.Number(value) is { } index && Math.Abs(index) <= int.MaxValue ? index
        : throw new FormatException("takes a slice with a bound that is no number");

    private JsonNode? Joined(Expression.Binary binary)
    {
        JsonNode? left = Defined(binary.Left);
        if (binary.Operator is "and" or "or")
        {
            return ExpressionFilters.IsTrue(left) == (binary.Operator == "or") ? left : Defined(binary.Right);
        }

        JsonNode? right = Defined(binary.Right);
        return binary.Operator switch
        {
            "~" => ExpressionFilters.Limited(ExpressionFilters.Text(left) + ExpressionFilters.Text(right)),
            "+" => Sum(left, right),
            "==" => JsonNode.DeepEquals(left, right),
            "!=" => !JsonNode.DeepEquals(left, right),
            "in" => Holds(right, left),
            _ => !Holds(right, left),
        };
    }

    private static JsonNode Sum(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (JsonArray one, JsonArray other) => new JsonArray([.. one.Concat(other).Select(item => item?.DeepClone())]),
        (JsonValue one, JsonValue other) when one.TryGetValue(out string? text) && other.TryGetValue(out string? more) =>
            ExpressionFilters.Limited(text + more),
        _ when ExpressionFilters.Number(left) is { } number && ExpressionFilters.Number(right) is { } more
            && Math.Max(Math.Abs(number), Math.Abs(more)) < long.MaxValue / 2 => number + more,
        _ => throw new FormatException("adds values of different kinds"),
    };

    private static bool Holds(JsonNode? holder, JsonNode? item) => holder is JsonValue text && text.TryGetValue(out string? whole)
        ? whole.Contains(ExpressionFilters.Text(item), StringComparison.Ordinal)
        : ExpressionFilters.Items(holder).Any(one => JsonNode.DeepEquals(one, item));
}
