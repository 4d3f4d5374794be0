using System.Text.Json.Nodes;
using Hotstack.Templates.Documents;
using Hotstack.Templates.Expressions;

namespace Hotstack.Templates;

/// <summary>Merges parameters that are not resolved yet, so that what is replaced need not be resolvable.</summary>
internal sealed class ParameterLayers(VariableScope scope)
{
    /// <summary>A copy in which braces mean nothing.</summary>
    public static DocMap Literal(DocMap map) => (DocMap)Literal((DocNode)map);

    /// <inheritdoc cref="Literal(DocMap)"/>
    public static DocNode Literal(DocNode node)
    {
        switch (node)
        {
            case DocMap map:
                return map.Entries.Aggregate(new DocMap(map.Mark, map.IsFlow), (made, entry) => made.Set(entry.Key, Literal(entry.Value)));
            case DocList list:
                return new DocList(list.Mark, list.Items.Select(Literal), list.IsFlow);
            default:
                return node is DocScalar { Type: YamlType.Text } text
                    ? new DocScalar(text.Mark, text.Value, text.Style, text.Tag) { IsLiteral = true }
                    : node;
        }
    }

    public DocMap Merge(DocMap below, DocMap above)
    {
        DocMap merged = below.Entries.Aggregate(new DocMap(below.Mark), (made, entry) => made.Set(entry.Key, entry.Value));
        foreach ((DocScalar key, DocNode value) in above.Entries)
        {
            merged.Set(key, below[key.Value] is { } lower ? Merged(key.Value, lower, value) : value);
        }

        return merged;
    }

    /// <exception cref="HotstackException"><c>ParameterUnresolved</c>.</exception>
    public JsonObject Resolve(DocMap parameters, IReadOnlySet<string>? replaced = null)
    {
        var resolved = new JsonObject();
        foreach ((DocScalar name, DocNode value) in parameters.Entries.Where(entry => replaced?.Contains(entry.Key.Value) != true))
        {
            resolved[name.Value] = Named(name.Value, () => scope.Resolve(value));
        }

        return resolved;
    }

    /// <summary>An expression is resolved here only where the other side is a mapping, for it could come to one too.</summary>
    private DocNode Merged(string name, DocNode below, DocNode above)
    {
        DocNode lower = above is DocMap ? Settled(name, below) : below;
        DocNode upper = below is DocMap ? Settled(name, above) : above;
        return lower is DocMap one && upper is DocMap other ? Merge(one, other) : upper;
    }

    private DocNode Settled(string name, DocNode node) =>
        node is DocScalar { Type: YamlType.Text, IsLiteral: false } text && ExpressionText.IsIn(text.Value)
            ? Literal(DocJson.ToDocument(text.Mark, Named(name, () => scope.Resolve(text))))
            : node;

    private static JsonNode? Named(string name, Func<JsonNode?> resolve)
    {
        try
        {
            return resolve();
        }
        catch (HotstackException e) when (e.Id == TemplateErrors.Unresolved)
        {
            throw new HotstackException(e.Cause, e.Id, $"The parameter {name} cannot be resolved: {e.Message}", e) { Hint = e.Hint, Target = name };
        }
    }
}
