using Xunit;

namespace Hotstack.Help;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("Get-HotstackSnapSet -Latest | Where-Object Id -EQ a", "Get-HotstackSnapSet Latest")]
    [InlineData("Get-HotstackSnapSet |\n  Test-HotstackSnapSet -Quiet", "Get-HotstackSnapSet; Test-HotstackSnapSet Quiet")]
    [InlineData("Get-HotstackSnapSet `\n  -Latest\n-Quiet", "Get-HotstackSnapSet Latest")]
    [InlineData("New-HotstackSnapSet -Resume (Get-HotstackSnapSet -Incomplete).Id -KeepPartial", "New-HotstackSnapSet Resume KeepPartial; Get-HotstackSnapSet Incomplete")]
    [InlineData("Restore-HotstackSnapSet -Parameter @{ a = '-Not'; b = -1 } -Force # -Neither", "Restore-HotstackSnapSet Parameter Force")]
    public void Calls_are_found_with_the_parameters_that_are_theirs(string code, string calls) =>
        Assert.Equal(calls, string.Join("; ", CommandText.CallsIn(code).Select(c => string.Join(' ', [c.Cmdlet, .. c.Parameters]))));
}
