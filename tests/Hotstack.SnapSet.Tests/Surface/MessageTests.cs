using Xunit;

namespace Hotstack.Surface;

public sealed class MessageTests
{
    /// <summary>A message of a test that is gone would stay for ever.</summary>
    [Fact]
    public void Each_agreed_message_is_of_a_test_that_there_is()
    {
        HashSet<string> tests = [.. typeof(MessageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(), (type, method) => $"{type.FullName}.{method.Name}")];

        Assert.NotEmpty(Golden.Tests);
        Assert.All(Golden.Tests, name => Assert.Contains(name, tests));
    }
}
