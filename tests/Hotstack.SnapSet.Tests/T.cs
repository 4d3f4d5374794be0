using Xunit;
namespace Hotstack;
public class T { [Fact] public void A_skip() => Assert.Skip("because"); [Fact] public void B() => Assert.True(true); }
