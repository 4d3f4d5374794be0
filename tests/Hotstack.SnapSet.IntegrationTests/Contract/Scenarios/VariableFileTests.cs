using Hotstack.Sandbox.Orchestration.Hot;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.Contract.Scenarios;

/// <summary>Each of upstream's files of variables, as it is.</summary>
[Trait("Contract", "Scenarios")]
public sealed class VariableFileTests : IOnCheckout
{
    [ContractTheory, MemberData(nameof(Checkout.VariableFiles), MemberType = typeof(Checkout))]
    public void Each_resolves_whole(string file)
    {
        string path = Checkout.PathOf(file);

        ParameterSet read = ParameterSet.Load([path], Checkout.Scenario(file).Variables);

        Assert.Null(read.StackNameProblem);
        // campus-ha has a build of its own in the file.
        Assert.Matches("^hs-[a-z0-9-]+-(no-zuul|[0-9a-f]{8})$", read.StackName);
        Assert.NotEmpty(read.Parameters);
        Assert.DoesNotContain("{{", read.Parameters.ToJsonString(), StringComparison.Ordinal);
        HotTemplate template = HotTemplate.Read(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "heat_template.yaml")));
        Assert.All(read.Parameters.Select(p => p.Key), name => Assert.True(template.Parameters.ContainsKey(name), name));
    }
}
