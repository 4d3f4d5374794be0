using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotstack.Templates;

/// <summary>Heat environments as parameter files: no section is lost, wherever it stands.</summary>
public sealed class EnvironmentTests
{
    /// <summary>What <c>openstack stack environment show</c> prints, and files that say no more than that.</summary>
    [Theory]
    [InlineData("encrypted_param_names: []\nevent_sinks: []\nparameter_defaults: {}\nparameters: {a: 1}\nresource_registry:\n  resources: {}\n")]
    [InlineData("""{"parameters": {"a": 1}, "resource_registry": {"resources": {}}, "parameter_defaults": {}}""")]
    [InlineData("event_sinks:\nparameters: {a: 1}\nresource_registry:\nencrypted_param_names: ~\nparameter_merge_strategies: {}\n")]
    [InlineData("parameters: {a: 1}\nresource_registry: {resources: {master0: {}, group: {resources: {}}}}")]
    [InlineData("parameters: {a: 1}\nevent_sinks: ''")]
    [InlineData("parameters: {a: 1}\nencrypted_param_names: [a, secret]")]
    public void A_section_that_says_nothing_does_no_harm(string yaml) =>
        Assert.Equal("""{"a":1}""", Load(yaml).Parameters.ToJsonString());

    [Theory]
    [InlineData("event_sinks:\nresource_registry: {OS::Nova::Server: x.yaml}\nparameters: {}", 2, "resource_registry")]
    [InlineData("encrypted_param_names: []\nparameters: {}\nevent_sinks: [{type: zaqar-queue, target: q}]", 3, "event_sinks")]
    [InlineData("resource_registry: {}\nparameters: {}\nparameter_merge_strategies: {a: merge}", 3, "parameter_merge_strategies")]
    [InlineData("event_sinks:\nresource_registry: {resources: {master0: {hooks: pre-create}}}", 2, "resource_registry")]
    [InlineData("parameters: {}\nresource_registry: {OS::Nova::Server: ~}", 2, "resource_registry")]
    [InlineData("parameters: {}\nevent_sinks: [~]", 2, "event_sinks")]
    [InlineData("event_sinks: [x]", 1, "event_sinks")]
    [InlineData("parameter_defaults: {}\nencrypted_param_names: {a: 1}", 2, "encrypted_param_names")]
    [InlineData("parameters: {}\nevent_sinks: []\nstack_name: {x: y}", 3, "stack_name")]
    public void A_section_that_would_be_lost_is_refused(string yaml, int line, string section)
    {
        var error = Assert.Throws<HotstackException>(() => Load(yaml));

        Assert.Equal(TemplateErrors.Parameters, error.Id);
        Assert.Matches($"line {line}\\b.*{section}", error.Message);
        Golden.Message(error);
    }

    private static ParameterSet Load(string yaml) => ParameterSet.Load(
        [ParameterFile.Read(TemplateErrors.Mark("env.yaml", TemplateErrors.Parameters),
            () => new MemoryStream(Encoding.UTF8.GetBytes(yaml)))],
        new Dictionary<string, JsonNode?>());
}
