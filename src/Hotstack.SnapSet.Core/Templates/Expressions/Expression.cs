using System.Text.Json.Nodes;

namespace Hotstack.Templates.Expressions;

/// <summary>The text between braces, parsed.</summary>
internal abstract record Expression
{
    /// <param name="Value">A text, number, list or mapping without names in it.</param>
    public sealed record Literal(JsonNode? Value) : Expression;

    /// <param name="Name">A variable.</param>
    public sealed record Named(string Name) : Expression
    {
        public override string ToString() => Name;
    }

    /// <param name="Items">The values of a list.</param>
    public sealed record ListOf(IReadOnlyList<Expression> Items) : Expression;

    /// <param name="Entries">The keys and values of a mapping.</param>
    public sealed record MapOf(IReadOnlyList<(string Key, Expression Value)> Entries) : Expression;

    /// <param name="Inner">A mapping, a list or a text.</param>
    /// <param name="Key">The key or the index: <c>zuul.build</c>, <c>stacks[0]</c>.</param>
    public sealed record Item(Expression Inner, Expression Key) : Expression
    {
        public override string ToString() => Key switch
        {
            Literal { Value: JsonValue key } when key.TryGetValue(out string? name) && ExpressionParser.IsName(name) => $"{Inner}.{name}",
            Literal { Value: JsonValue index } when index.TryGetValue(out long number) => $"{Inner}[{number}]",
            _ => $"{Inner}[…]",
        };
    }

    /// <param name="Inner">A text or a list.</param>
    /// <param name="From">The first index; null for the end that the step begins at.</param>
    /// <param name="To">The index behind the last; null for the other end.</param>
    /// <param name="Step">The distance; null for one.</param>
    public sealed record Slice(Expression Inner, Expression? From, Expression? To, Expression? Step) : Expression
    {
        public override string ToString() => Inner.ToString();
    }

    /// <param name="Inner">The value.</param>
    /// <param name="Name">The filter's name without <c>ansible.builtin.</c>.</param>
    /// <param name="Arguments">Its arguments; those that are named have a name.</param>
    public sealed record Filter(Expression Inner, string Name, IReadOnlyList<(string? Name, Expression Value)> Arguments) : Expression
    {
        public override string ToString() => $"{Inner} | {Name}";
    }

    /// <param name="Inner">The value.</param>
    /// <param name="Test"><c>defined</c>, <c>undefined</c> or <c>none</c>.</param>
    /// <param name="IsNegated"><c>is not</c>.</param>
    public sealed record Is(Expression Inner, string Test, bool IsNegated) : Expression;

    /// <param name="Operator"><c>+</c>, <c>~</c>, <c>==</c>, <c>!=</c>, <c>in</c>, <c>not in</c>, <c>and</c> or <c>or</c>.</param>
    /// <param name="Left">The left value.</param>
    /// <param name="Right">The right value.</param>
    public sealed record Binary(string Operator, Expression Left, Expression Right) : Expression;

    /// <param name="Inner">The value that is negated.</param>
    public sealed record Not(Expression Inner) : Expression;

    /// <param name="Then">The value if the condition is true.</param>
    /// <param name="If">The condition.</param>
    /// <param name="Else">The value otherwise; null for none.</param>
    public sealed record Choice(Expression Then, Expression If, Expression? Else) : Expression;

    public override string ToString() => "a part of it";
}
