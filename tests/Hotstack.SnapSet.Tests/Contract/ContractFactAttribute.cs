using System.Runtime.CompilerServices;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Hotstack.Contract;

/// <summary>A fact of the contract. On a real cloud it is only there if one is named, so that a machine without one
/// skips one test (<see cref="LabTests"/>) and not all of them.</summary>
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
        LabSettings.WhyNot is not null && testMethod.TestClass.Class.IsAssignableTo(typeof(IOnLab))
            ? ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([])
            : base.Discover(discoveryOptions, testMethod, factAttribute);
}

/// <summary>Marks the classes that try the contract on a real cloud.</summary>
#pragma warning disable CA1040 // it is told apart by reflection
internal interface IOnLab;
#pragma warning restore CA1040
