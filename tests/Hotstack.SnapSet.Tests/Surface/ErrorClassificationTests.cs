using System.Management.Automation;
using Hotstack.Hosting;
using Xunit;

namespace Hotstack.Surface;

public sealed class ErrorClassificationTests
{
    [Fact]
    public void Every_cause_has_a_category() =>
        Assert.All(Enum.GetValues<ErrorCause>(), cause =>
            Assert.NotEqual(ErrorCategory.NotSpecified, ErrorClassification.CategoryOf(cause)));

    [Theory]
    [InlineData(ErrorCause.ConfigurationInvalid, true)]
    [InlineData(ErrorCause.AuthenticationFailed, true)]
    [InlineData(ErrorCause.NotFound, false)]
    [InlineData(ErrorCause.Forbidden, false)]
    public void Only_an_error_of_every_object_ends_the_pipeline(ErrorCause cause, bool isTerminating) =>
        Assert.Equal(isTerminating, ErrorClassification.ConcernsAll(new HotstackException(cause, "Id", "message")));
}
