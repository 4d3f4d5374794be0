using Hotstack.Deployments;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Restore;
using Hotstack.SnapSets.Restore.Overlay;
using Xunit;

namespace Hotstack.Templates;

public sealed class RestoreModesTests
{
    private const string Resources = """
          c-port: {type: OS::Neutron::Port, properties: {network: n, mac_address: 'fa:16:3e:00:00:01'}}
          m-port: {type: OS::Neutron::Port, properties: {network: n, mac_address: 'fa:16:3e:00:00:02'}}
          controller: {type: OS::Nova::Server, properties: {image: {get_param: [controller_params, image]}, networks: [{port: {get_resource: c-port}}]}}
          master0: {type: OS::Nova::Server, properties: {image: {get_param: [ocp_master_params, image]}, networks: [{port: {get_resource: m-port}}]}}
        """;

    private const string Parameters = "parameters: {controller_params: {type: json}, ocp_master_params: {type: json}}";

    private static readonly SnapSetMember Controller = Texts.Member("controller", "fa:16:3e:00:00:01", "controller");
    private static readonly SnapSetMember Master = Texts.Member("master0", "fa:16:3e:00:00:02");

    [Fact]
    public void Parameters_where_they_suffice()
    {
        RestoreModeChoice choice = RestoreModes.Choose(Texts.Bundle(Resources, Parameters).Template, Texts.Set(Controller, Master));

        Assert.Equal(RestoreMode.Parameter, choice.Mode);
        Assert.Single(choice.Reasons);
    }

    public static TheoryData<string, string, string> Changes => new()
    {
        { "'fa:16:3e:00:00:02'", "'fa:16:3e:00:00:03'", "the template has fa:16:3e:00:00:03 for m-port, the set fa:16:3e:00:00:02" },
        { ", mac_address: 'fa:16:3e:00:00:02'", "", "the template has no MAC address for m-port, the set has fa:16:3e:00:00:02" },
        { ", ocp_master_params: {type: json}", "", "master0: the template has no parameter ocp_master_params." },
        { "[ocp_master_params, image]", "[ocp_master_params, picture]", "the image of master0 does not come from ocp_master_params.image" },
        { "[ocp_master_params, image]", "ocp_master_params", "the image of master0 does not come from ocp_master_params.image" },
        { "{get_param: [ocp_master_params, image]}", "literal", "the image of master0 does not come from ocp_master_params.image" },
        { "  master0:", "  master9:", "master0: the template has no server resource of that name." },
        {
            "  master0:",
            "  master1: {type: OS::Nova::Server, properties: {image: {get_param: [ocp_master_params, image]}}}\n  master0:",
            "ocp_master_params also gives the image of master1, which the set does not have"
        },
        { "{get_resource: m-port}", "{get_param: p}", "no port of master0 can take the MAC address" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Overlay_where_the_template_does_not_suffice(string old, string changed, string reason)
    {
        HeatTemplate template = Texts.Bundle(
            Resources.Replace(old, changed, StringComparison.Ordinal), Parameters.Replace(old, changed, StringComparison.Ordinal)).Template;

        RestoreModeChoice choice = RestoreModes.Choose(template, Texts.Set(Controller, Master));

        Assert.Equal(RestoreMode.Overlay, choice.Mode);
        Assert.Contains(choice.Reasons, found => found.Contains(reason, StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Members => new()
    {
        { "second", "2 servers have the role ocp_master, but its parameter gives one image." },
        { "role", "master0: no parameter is known for the role odd." },
        { "backed", "master0 boots from a volume's snapshot." },
        { "snapshots", "master0 boots from a volume's snapshot." },
        { "data", "master0 has 1 data volume(s) in the set." },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void Overlay_where_the_set_asks_for_it(string kind, string reason)
    {
        SnapSetMember[] members = kind switch
        {
            "second" => [Controller, Master, Texts.Member("master1")],
            "role" => [Controller, Master with { Role = "odd" }],
            "backed" => [Controller, Master with { IsVolumeBacked = true }],
            "snapshots" => [Controller, Master with { Volumes = [Texts.Volume("s") with { IsRoot = true }] }],
            _ => [Controller, Master with { Volumes = [Texts.Volume("s")] }],
        };

        RestoreModeChoice choice = RestoreModes.Choose(Texts.Bundle(Resources, Parameters).Template, Texts.Set(members));

        Assert.Equal(RestoreMode.Overlay, choice.Mode);
        Assert.Contains(reason, choice.Reasons);
    }

    [Fact]
    public void Images_are_given_by_the_roles_parameters()
    {
        Assert.Equal(
            """{"controller_params":{"image":"image-of-controller"},"ocp_master_params":{"image":"image-of-master0"}}""",
            ParameterOverrides.Of(Texts.Set(Controller, Master)).ToJsonString());
    }

    [Fact]
    public void A_parameter_takes_one_image()
    {
        var error = Assert.Throws<HotstackException>(() => ParameterOverrides.Of(Texts.Set(Controller, Master, Texts.Member("master1"))));

        Assert.Equal((ErrorCause.InputInvalid, "RoleAmbiguous"), (error.Cause, error.Id));
        Golden.Message(error);
        Assert.Equal("RoleUnknown",
            Assert.Throws<HotstackException>(() => ParameterOverrides.Of(Texts.Set(Texts.Member("x", role: "odd")))).Id);
    }

    [Theory]
    [InlineData("controller", "controller_params")]
    [InlineData("ocp_master", "ocp_master_params")]
    [InlineData("ocp_worker", "ocp_worker_params")]
    [InlineData("nat64_appliance", "nat64_appliance_params")]
    [InlineData("nat64-appliance", "nat64_appliance_params")]
    [InlineData("switch", "switch_params")]
    [InlineData("odd", null)]
    [InlineData("", null)]
    public void Roles_have_parameters(string role, string? parameter) => Assert.Equal(parameter, RoleParameters.Of(role));
}
