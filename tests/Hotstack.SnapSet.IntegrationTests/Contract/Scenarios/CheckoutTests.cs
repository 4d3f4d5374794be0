using Xunit;

namespace Hotstack.Contract.Scenarios;

/// <summary>Stands for the tests on a checkout of upstream where there is none.</summary>
[Trait("Contract", "Scenarios")]
public sealed class CheckoutTests
{
    /// <summary>A checkout that is older or broken would leave tests out in silence; a newer one brings templates that nobody has judged.</summary>
    [Fact]
    public void The_checkout_has_the_scenarios_that_were_judged()
    {
        Assert.SkipWhen(Checkout.WhyNot is not null, Checkout.WhyNot ?? "");

        Assert.Equal(CrossingTests.Rows.Keys.Order(), Checkout.Templates.Select(row => row.Data).Order());
        Assert.Equal(25, Checkout.VariableFiles.Count);
    }
}
