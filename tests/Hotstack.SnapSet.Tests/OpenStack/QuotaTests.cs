using Xunit;

namespace Hotstack.OpenStack;

public sealed class QuotaTests
{
    [Theory]
    [InlineData(10L, 8L, 2L, true)]
    [InlineData(10L, 8L, 3L, false)]
    [InlineData(10L, 12L, 0L, false)]
    [InlineData(null, 8L, long.MaxValue, true)]
    [InlineData(long.MaxValue, 1L, long.MaxValue, false)]
    [InlineData(long.MaxValue, long.MinValue, long.MaxValue, true)]
    public void More_fits_up_to_the_limit(long? limit, long used, long more, bool expected) =>
        Assert.Equal(expected, new Quota("cores", limit, used).Fits(more));
}
