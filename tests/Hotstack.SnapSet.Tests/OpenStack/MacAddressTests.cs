using Xunit;

namespace Hotstack.OpenStack;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("fa:16:9e:81:f6:05", "fa:16:9e:81:f6:05")]
    [InlineData("FA:16:9E:81:F6:05", "fa:16:9e:81:f6:05")]
    [InlineData("fa:16:9e:81:f6:5", "fa:16:9e:81:f6:05")]
    [InlineData("0:0:0:0:0:0", "00:00:00:00:00:00")]
    [InlineData("fa-16-9e-81-f6-05", "fa:16:9e:81:f6:05")]
    [InlineData("  fa:16:9e:81:f6:05\n", "fa:16:9e:81:f6:05")]
    public void Is_brought_into_one_form(string text, string canonical)
    {
        Assert.True(MacAddress.TryParse(text, out string result));
        Assert.Equal(canonical, result);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fa:16:9e:81:f6")]
    [InlineData("fa:16:9e:81:f6:05:00")]
    [InlineData("fa:16:9e:81:f6:")]
    [InlineData("fa:16:9e:81:f6:g0")]
    [InlineData("fa:16:9e:81:f6:005")]
    [InlineData("fa:16:9e:81:f6:-5")]
    [InlineData("fa:16:9e:81:f6: 5")]
    [InlineData("fa:16:9e:81:f6:٥")]
    [InlineData("fa169e81f605")]
    [InlineData("controller")]
    public void Is_none(string? text)
    {
        Assert.False(MacAddress.TryParse(text, out string result));
        Assert.Equal("", result);
    }
}
