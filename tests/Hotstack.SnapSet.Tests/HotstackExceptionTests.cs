using Xunit;

namespace Hotstack;

public sealed class HotstackExceptionTests
{
    [Fact]
    public void An_aftermath_follows_what_the_message_says_already()
    {
        HotstackException failure = new ViolationsException("X", "The cluster", ["one", "two"], ending: "It should be safe by noon.")
            .With("Nothing was shut down.").With("All nodes were uncordoned.");

        Assert.IsType<ViolationsException>(failure);
        Assert.EndsWith("It should be safe by noon. Nothing was shut down. All nodes were uncordoned.", failure.Message, StringComparison.Ordinal);
        Assert.Equal("One. Two.", new HotstackException(ErrorCause.Conflict, "X", "One.").With("Two.").Message);
    }
}
