namespace Hotstack.Trials.Workflows;

/// <summary>Where a user works: what leads to the cloud and the cluster, directly or by the way through its controller, a folder, a clock,
/// and what earlier commands told.</summary>
internal sealed record Place(string CloudsYaml, string Kubeconfig, Route? Route, string Folder, ManualClock Clock,
    IReadOnlyDictionary<string, string> Notes);
