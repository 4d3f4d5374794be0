using Hotstack.SnapSets;
using Xunit;

namespace Hotstack.Deployments.Members;

/// <summary>-Name, -Exclude and -Role.</summary>
public sealed class InstanceChoiceTests
{
    private static readonly MemberList Deployment = new(
        [.. new[] { ("controller", "controller"), ("master0", "ocp_master"), ("master1", "ocp_master"), ("bmh0", "bmh") }
            .Select(pair => new Instance { Name = pair.Item1, Role = pair.Item2, Id = "id", MacAddress = "" })], [])
    {
        Unusable = new Dictionary<string, string> { ["bmh0"] = "Heat's resource is CREATE_FAILED" },
    };

    [Theory]
    [InlineData("controller,MASTER*", "", "", "controller master0 master1")]
    [InlineData("", "bmh*", "", "controller master0 master1")]
    [InlineData("", "bmh0,worker*", "", "controller master0 master1")]
    [InlineData("", "", "controller,ocp_*", "controller master0 master1")]
    [InlineData("master?", "master1", "ocp_master", "master0")]
    public void It_keeps_what_is_meant_and_judges_nothing_else(string names, string excluded, string roles, string kept)
    {
        (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) =
            new InstanceChoice { Names = Split(names), Excluded = Split(excluded), Roles = Split(roles) }.Among(Deployment);

        Assert.Equal(kept, string.Join(' ', instances.Select(i => i.Name)));
        Assert.Empty(violations);
    }

    [Fact]
    public void All_that_cannot_be_used_is_named_at_once()
    {
        (IReadOnlyList<Instance> instances, IReadOnlyList<string> violations) = new InstanceChoice
        {
            Names = ["controller", "mastr*", "bmh0"],
            Excluded = ["worker0"],
            RolesByName = [("node*", "ocp_worker"), ("m*", "ocp_master"), ("*1", "ocp_worker")],
        }.Among(Deployment);

        Assert.Equal(["controller"], instances.Select(i => i.Name));
        Assert.Equal(
            [
                "-Role gives master1 several roles: ocp_master (by 'm*'), ocp_worker (by '*1')",
                "-Role gives 'node*' the role 'ocp_worker', but no instance has that name; the instances are controller, master0, master1, bmh0",
                "-Name 'mastr*' matches no instance; the instances are controller, master0, master1, bmh0",
                "-Exclude 'worker0' matches no instance; the instances are controller, master0, master1, bmh0",
                "instance bmh0: Heat's resource is CREATE_FAILED",
            ],
            violations);
    }

    [Theory]
    [InlineData("ocp_mastr", "", "-Role 'ocp_mastr' matches no instance; their roles are controller, ocp_master, bmh")]
    [InlineData("", "*", "-Name, -Exclude and -Role leave no instance of controller, master0, master1, bmh0")]
    public void A_choice_of_nothing_is_an_error(string roles, string excluded, string violation) =>
        Assert.Equal([violation], new InstanceChoice { Roles = Split(roles), Excluded = Split(excluded) }.Among(Deployment).Violations);

    [Fact]
    public void Roles_by_name_correct_the_listed_ones_and_a_name_goes_before_wildcards()
    {
        var choice = new InstanceChoice { RolesByName = [("*", "compute"), ("master1", "ocp_worker")], Roles = ["ocp_worker"] };

        Assert.Equal(["master1"], choice.Among(Deployment).Instances.Select(i => i.Name));
    }

    private static string[] Split(string texts) => texts.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
