using System.Reflection;
using Hotstack.Input;
using Hotstack.Playbooks;
using Hotstack.Surface;
using Xunit;

namespace Hotstack.Completion;

public sealed class CmdletParametersTests
{
    [Fact]
    public void A_parameter_is_found_with_its_default()
    {
        Assert.Equal("Stable", CmdletParameters.DefaultOf(CmdletParameters.Find("wait-hotstackcluster", "for")!));
        Assert.Equal(TimeSpan.FromHours(6), CmdletParameters.DefaultOf(CmdletParameters.Find("Invoke-HotstackPlaybook", "Timeout")!));
        Assert.Null(CmdletParameters.Find("Wait-HotstackCluster", "Nothing"));
        Assert.Null(CmdletParameters.Find("Get-Nothing", "For"));
    }

    [Fact]
    public void Each_fixed_value_says_what_it_does_and_the_default_is_one_of_them() => Assert.All(
        CmdletTypes.Cmdlets.SelectMany(CmdletTypes.ParametersOf), parameter =>
        {
            if (parameter.GetCustomAttribute<FixedValuesAttribute>() is { } values)
            {
                Assert.Equal(values.ValidValues.Distinct(StringComparer.OrdinalIgnoreCase), values.ValidValues);
                Assert.All(values.Described, one => Assert.Matches("^[A-Z][A-Za-z]+: [A-Za-z0-9].{8,}[^.]$", $"{one.Value}: {one.Meaning}"));
                Assert.True(CmdletParameters.DefaultOf(parameter) is not string text || values.ValidValues.Contains(text));
            }
        });

    [Fact]
    public void The_stages_are_those_that_there_are_with_their_files()
    {
        FixedValuesAttribute stages = CmdletParameters.Find("Invoke-HotstackPlaybook", "Stage")!.GetCustomAttribute<FixedValuesAttribute>()!;
        Assert.Equal(PlaybookStage.All.Select(stage => (stage.Name, stage.File)), stages.Described.Select(one => (one.Value, one.Meaning.Split(',')[0])));
    }
}
