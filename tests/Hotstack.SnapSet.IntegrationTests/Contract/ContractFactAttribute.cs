using System.Runtime.CompilerServices;
using Hotstack.Contract.Clouds;
using Hotstack.Contract.Clusters;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Hotstack.Contract;

/// <summary>A fact of the contract. On a real cloud it is only there if one is named, so that a machine without one
/// skips one test (<see cref="LabTests"/>, <see cref="KubeLabTests"/>) and not all of them.</summary>
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
        IsWithoutLab(testMethod.TestClass.Class)
            ? ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([])
            : base.Discover(discoveryOptions, testMethod, factAttribute);

    private static bool IsWithoutLab(Type testClass) =>
        (LabSettings.WhyNot is not null && testClass.IsAssignableTo(typeof(IOnLab)))
        || (KubeLabSettings.WhyNot is not null && testClass.IsAssignableTo(typeof(IOnKubeLab)));
}

/// <summary>Marks the classes that try the contract on a real cloud.</summary>
#pragma warning disable CA1040 // it is told apart by reflection
internal interface IOnLab;

/// <summary>Marks the classes that try the contract on a real cluster.</summary>
internal interface IOnKubeLab;
#pragma warning restore CA1040
