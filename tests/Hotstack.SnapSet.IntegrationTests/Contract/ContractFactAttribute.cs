using System.Runtime.CompilerServices;
using Hotstack.Contract.Clouds;
using Hotstack.Contract.Clusters;
using Hotstack.Contract.Controllers;
using Hotstack.Contract.Scenarios;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Hotstack.Contract;

/// <summary>A fact of the contract. On a real cloud it is only there if one is named, so that a machine without one
/// skips one test (<see cref="LabTests"/>, <see cref="KubeLabTests"/>, <see cref="ControllerLabTests"/>, <see cref="CheckoutTests"/>) and not all of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(ContractFactDiscoverer))]
public sealed class ContractFactAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber);

/// <summary>Finds the facts of the contract.</summary>
public sealed class ContractFactDiscoverer : FactDiscoverer
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        Labs.LeaveOut(testMethod.TestClass.Class, testMethod.MethodName)
            ? ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([])
            : base.Discover(discoveryOptions, testMethod, factAttribute);
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(ContractTheoryDiscoverer))]
public sealed class ContractTheoryAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : TheoryAttribute(sourceFilePath, sourceLineNumber);

/// <summary>Finds the theories of the contract.</summary>
public sealed class ContractTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        Labs.LeaveOut(testMethod.TestClass.Class, testMethod.MethodName)
            ? ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([])
            : base.Discover(discoveryOptions, testMethod, factAttribute);
}

/// <summary>Which labs this run has.</summary>
internal static class Labs
{
    /// <summary>Whether the lab of a test is not there, or the test is of another shard.</summary>
    public static bool LeaveOut(Type testClass, string method) =>
        AreMissing(testClass) || (testClass.IsAssignableTo(typeof(IOnLab)) && !ContractShard.OfThisRun.Has($"{testClass.Name}.{method}"));

    private static bool AreMissing(Type testClass) =>
        (LabSettings.WhyNot is not null && testClass.IsAssignableTo(typeof(IOnLab)))
        || (KubeLabSettings.WhyNot is not null && testClass.IsAssignableTo(typeof(IOnKubeLab)))
        || (ControllerLabSettings.WhyNot is not null && testClass.IsAssignableTo(typeof(IOnControllerLab)))
        || (Checkout.WhyNot is not null && testClass.IsAssignableTo(typeof(IOnCheckout)));
}

/// <summary>Marks the classes that try the contract on a real cloud.</summary>
#pragma warning disable CA1040 // it is told apart by reflection
internal interface IOnLab;

/// <summary>Marks the classes that try the contract on a real cluster.</summary>
internal interface IOnKubeLab;

/// <summary>Marks the classes that try the contract behind a real controller.</summary>
internal interface IOnControllerLab;

/// <summary>Marks the classes that need a checkout of upstream.</summary>
internal interface IOnCheckout;
#pragma warning restore CA1040
