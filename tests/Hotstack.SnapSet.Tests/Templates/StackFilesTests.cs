using Xunit;

namespace Hotstack.Templates;

public sealed class StackFilesTests
{
    private const string Environment = """{"parameters": {"p": "h1dden \ud83d\ude00"}, "parameter_defaults": {}}""";

    private const string Root = """{"heat_template_version": "2018-08-31", "resources": {"a": {"properties": {"x": {"get_file": "named.yaml"}}}}}""";

    [Theory]
    [InlineData(Environment, false)]
    [InlineData("parameters: {p: x}\n", false)]
    [InlineData("resource_registry: {}\nencrypted_param_names: []\nevent_sinks: []\nparameter_merge_strategies: {}\n", false)]
    [InlineData("parameters: {p: x}\nusers: []\n", true)]
    [InlineData("heat_template_version: 2018-08-31\nparameters: {p: {type: string}}\n", true)]
    [InlineData("#!/bin/sh\necho parameters\n", true)]
    [InlineData("{}", true)]
    [InlineData("{\"parameters\": ", true)]
    [InlineData("", true)]
    public void An_environment_among_the_files_is_left_out(string text, bool stays)
    {
        var files = new StackFiles(Root, new Dictionary<string, string> { ["file:///home/me/env.yaml"] = text });

        Assert.Equal(stays, files.WithoutEnvironments().Count == 1);
    }

    [Fact]
    public void One_that_a_template_gets_stays()
    {
        const string Nested = "heat_template_version: 2018-08-31\nresources: {a: {properties: {x: [{get_file: inner.yaml}]}}}\n";
        var files = new StackFiles(Root, new Dictionary<string, string>
        {
            ["named.yaml"] = Environment, ["inner.yaml"] = Environment, ["other.yaml"] = Environment, ["nested.yaml"] = Nested,
            ["script.sh"] = "get_file: other.yaml",
        });

        Assert.Equal(["inner.yaml", "named.yaml", "nested.yaml", "script.sh"], files.WithoutEnvironments().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hidden_parameters_of_nested_templates_are_known()
    {
        var files = new StackFiles(Root, new Dictionary<string, string>
        {
            ["nested.yaml"] = "heat_template_version: 2018-08-31\nparameters: {a: {type: string, hidden: true}, b: {type: string}}\n",
            ["text"] = "heat_template_version",
        });

        Assert.Equal(["a"], files.HiddenParameters());
    }
}
