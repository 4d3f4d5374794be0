using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary>What a project has of Nova, and may have; -1 is as many as wanted.</summary>
internal sealed class ComputeQuotas(SandboxCloud cloud, string project)
{
    private IEnumerable<Server> Own => cloud.ServerList.Where(s => s.ProjectId == project);

    public int MostInstances => cloud.Options.Quotas.Instances ?? -1;

    public int MostCores => cloud.Options.Quotas.Cores ?? -1;

    public int MostRam => cloud.Options.Quotas.Ram ?? -1;

    public int Instances => Own.Count();

    public int Cores => Own.Sum(s => s.Flavor.Vcpus);

    public int Ram => Own.Sum(s => s.Flavor.Ram);

    /// <summary>Refuses one more server of this size where there may be none.</summary>
    public void Check(Flavor flavor)
    {
        (string Name, int Wanted, int Used, int Most)[] all =
        [
            ("cores", flavor.Vcpus, Cores, MostCores), ("instances", 1, Instances, MostInstances), ("ram", flavor.Ram, Ram, MostRam),
        ];
        var over = all.Where(q => q.Most >= 0 && q.Used + q.Wanted > q.Most).ToList();
        if (over.Count > 0)
        {
            throw new ApiException(
                403, $"Quota exceeded for {string.Join(", ", over.Select(q => q.Name))}: Requested {string.Join(", ", over.Select(q => q.Wanted))}"
                + $", but already used {string.Join(", ", over.Select(q => q.Used))} of {string.Join(", ", over.Select(q => q.Most))}"
                + $" {string.Join(", ", over.Select(q => q.Name))}");
        }
    }
}
