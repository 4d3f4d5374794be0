using System.Text.Json.Nodes;

namespace Hotstack.Templates.Expressions;

/// <summary>What stands between the braces: a value, and what to take in its place if it is not defined.</summary>
internal abstract record Expression;

/// <param name="Value">A text, number, list or mapping that is written out.</param>
internal sealed record LiteralExpression(JsonNode? Value) : Expression;

/// <param name="Path">A variable, and the keys within it: <c>zuul.build</c>.</param>
internal sealed record NameExpression(IReadOnlyList<string> Path) : Expression
{
    public override string ToString() => string.Join('.', Path);
}

/// <param name="Inner">What to take.</param>
/// <param name="Other">What to take if that is not defined.</param>
/// <param name="AlsoIfEmpty">Also if it is false, null or empty: the second argument of Jinja's default.</param>
internal sealed record DefaultExpression(Expression Inner, Expression Other, bool AlsoIfEmpty) : Expression;
