using System.Collections;
using Xunit;

namespace Hotstack.Completion;

public sealed class CompletionCallTests
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
        Assert.Equal(expected, CompletionCall.DefaultOf("Get-HotstackSnapSet", "Cloud", new Hashtable { [key] = "lab" }));

    [Fact]
    public void Defaults_may_be_off_or_missing()
    {
        Assert.Null(CompletionCall.DefaultOf("Get-HotstackSnapSet", "Cloud", new Hashtable { ["*:Cloud"] = "lab", ["Disabled"] = true }));
        Assert.Null(CompletionCall.DefaultOf("Get-HotstackSnapSet", "Cloud", null));
    }
}
