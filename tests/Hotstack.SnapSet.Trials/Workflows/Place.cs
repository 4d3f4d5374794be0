namespace Hotstack.Trials.Workflows;

/// <summary>Where a user works: what leads to the cloud and the cluster, a folder, a clock, and what earlier commands told.</summary>
internal sealed record Place(string CloudsYaml, string Kubeconfig, string Folder, ManualClock Clock,
    IReadOnlyDictionary<string, string> Notes);
