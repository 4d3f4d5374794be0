using System.Collections;
using Xunit;

namespace Hotstack.Completion;

public sealed class DefaultParametersTests
{
    [Theory]
    [InlineData("*-Hotstack*:Cloud", "lab")]
    [InlineData("Get-HotstackSnapSet:Cloud", "lab")]
    [InlineData("get-hotstacksnapset:cloud", "lab")]
    [InlineData("'*-Hotstack*' : Cloud", "lab")]
    [InlineData("*:Cloud", "lab")]
    [InlineData("New-HotstackSnapSet:Cloud", null)]
    [InlineData("*-Hotstack*:Region", null)]
    [InlineData("Cloud", null)]
    public void A_default_is_found_by_command_and_parameter(string key, string? expected) =>
        Assert.Equal(expected, DefaultParameters.Find(new Hashtable { [key] = "lab" }, "Get-HotstackSnapSet", "Cloud"));

    [Fact]
    public void Defaults_may_be_off_or_missing()
    {
        Assert.Null(DefaultParameters.Find(new Hashtable { ["*:Cloud"] = "lab", ["Disabled"] = true }, "Get-HotstackSnapSet", "Cloud"));
        Assert.Null(DefaultParameters.Find(null, "Get-HotstackSnapSet", "Cloud"));
    }
}
