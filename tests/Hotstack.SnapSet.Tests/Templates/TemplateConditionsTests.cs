using System.Text.Json.Nodes;
using Hotstack.Configuration;
using Xunit;

namespace Hotstack.Templates;

/// <summary>Conditions come to what Heat makes of them, or are not known.</summary>
public sealed class TemplateConditionsTests
{
    private const string Conditions =
        """
        heat_template_version: 2018-08-31
        parameters:
          big: {type: boolean, default: false}
          count: {type: number, default: 3}
          size: {type: string, default: small}
          code: {type: string, default: 7}
          zones: {type: comma_delimited_list, default: 'a,b'}
          role: {type: json, default: {flavor: f, disks: [1, 2]}}
          none: {type: string}
        conditions:
          big: {get_param: big}
          small: {not: big}
          medium: {equals: [{get_param: size}, medium]}
          loop: {not: pool}
          pool: {not: loop}
          heats: {yaql: {expression: $.data, data: true}}
        resources:
          r: {type: OS::Heat::None}
        """;

    [Theory]
    [InlineData("big", false)]
    [InlineData("small", true)]
    [InlineData("medium", false)]
    [InlineData("true", true)]
    [InlineData("'yes'", null)]
    [InlineData("False", false)]
    [InlineData("~", true)]
    [InlineData("nothing_of_that_name", null)]
    [InlineData("loop", null)]
    [InlineData("heats", null)]
    [InlineData("{get_param: big}", false)]
    [InlineData("{get_param: none}", null)]
    [InlineData("{get_param: size}", true)] // The name of a condition.
    [InlineData("{get_param: code}", null)]
    [InlineData("{not: {not: small}}", true)]
    [InlineData("{and: [small, {not: big}]}", true)]
    [InlineData("{and: [small, big]}", false)]
    [InlineData("{and: [heats, big]}", false)]
    [InlineData("{and: [heats, small]}", null)]
    [InlineData("{or: [heats, small]}", true)]
    [InlineData("{or: [heats, big]}", null)]
    [InlineData("{or: [big, medium]}", false)]
    [InlineData("{or: [big]}", null)]
    [InlineData("{equals: [{get_param: count}, 3]}", true)]
    [InlineData("{equals: [{get_param: count}, 3.0]}", true)]
    [InlineData("{equals: [{get_param: count}, '3']}", false)]
    [InlineData("{equals: [{get_param: code}, 7]}", false)]
    [InlineData("{equals: [{get_param: code}, '7']}", true)]
    [InlineData("{equals: [{get_param: big}, 0]}", true)]
    [InlineData("{equals: [{get_param: [role, flavor]}, f]}", true)]
    [InlineData("{equals: [{get_param: [role, disks, 1]}, 2]}", true)]
    [InlineData("{equals: [{get_param: [role, disks, 7]}, '']}", true)]
    [InlineData("{equals: [{get_param: [role, nothing, there]}, '']}", true)]
    [InlineData("{equals: [{get_param: role}, {disks: [1, 2], flavor: f}]}", true)]
    [InlineData("{equals: [{get_param: zones}, [a, b]]}", true)]
    [InlineData("{equals: [{get_param: 'OS::stack_name'}, hs]}", true)]
    [InlineData("{equals: [{get_param: 'OS::project_id'}, p]}", null)]
    [InlineData("{equals: [{get_attr: [r, show]}, p]}", null)]
    [InlineData("{equals: [one]}", null)]
    [InlineData("{contains: [b, {get_param: zones}]}", true)]
    [InlineData("{contains: [c, {get_param: zones}]}", false)]
    [InlineData("{contains: [mall, {get_param: size}]}", true)]
    [InlineData("{contains: [a, {get_param: role}]}", null)]
    public void A_condition_is_evaluated_as_by_Heat(string condition, bool? expected)
    {
        TemplateBundle bundle = Texts.Whole(Conditions);
        var conditions = new TemplateConditions(bundle.Document, bundle.Template.Parameters, [], "hs");

        Assert.Equal(expected, conditions.IsTrue(((DocMap)Texts.Yaml($"c: {condition}")!)["c"]));
    }

    [Theory]
    [InlineData("boolean", "\"on\"", true)]
    [InlineData("boolean", "\"F\"", false)]
    [InlineData("boolean", "1", true)]
    [InlineData("boolean", "\"maybe\"", null)]
    [InlineData("string", "\"true\"", null)]
    [InlineData("json", "true", true)]
    public void A_given_value_has_the_type_that_the_template_declares(string type, string json, bool? expected)
    {
        var declared = new Dictionary<string, TemplateParameter> { ["p"] = new("p", type) { HasDefault = true, Default = false } };
        var root = (DocMap)Texts.Yaml("conditions: {c: {get_param: p}}")!;

        Assert.Equal(expected, new TemplateConditions(root, declared, new JsonObject { ["p"] = JsonNode.Parse(json) }, "hs").IsTrue(
            ((DocMap)Texts.Yaml("c: c")!)["c"]));
    }

    [Fact]
    public void What_Heat_lists_counts()
    {
        TemplateBundle bundle = Texts.Bundle(
            """
              a: {type: OS::Nova::Server, condition: {yaql: x}}
              b: {type: OS::Nova::Server, condition: false}
              c: {type: OS::Nova::Server}
              d: {type: OS::Heat::ResourceGroup, condition: false}
            """);
        var presence = TemplatePresence.Of(bundle.Document, new TemplateConditions(bundle.Document, bundle.Template.Parameters, [], "hs"));

        Assert.Equal(["a"], presence.Unknown);
        Assert.Equal(["b", "d"], presence.Absent.Order());
        TemplatePresence corrected = presence.CorrectedBy(
            new HashSet<(string, string)> { ("b", "OS::Nova::Server"), ("a", "OS::Neutron::Port") });
        Assert.Empty(corrected.Unknown);
        Assert.Equal(["a", "d"], corrected.Absent.Order());
        Assert.False(corrected.IsSameAs(presence));
        Assert.Equal(["b", "c"], bundle.With(corrected).Template.Servers.Select(server => server.ResourceName));
    }
}
