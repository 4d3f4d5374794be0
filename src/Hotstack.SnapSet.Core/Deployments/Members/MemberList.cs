namespace Hotstack.Deployments.Members;

/// <summary>The instances that a source lists.</summary>
/// <param name="Instances">Those that can be read.</param>
/// <param name="Violations">What is wrong with the rest of the list.</param>
internal sealed record MemberList(IReadOnlyList<Instance> Instances, IReadOnlyList<string> Violations)
{
    /// <summary>Why an instance among them cannot be used, by its name. It is no fault if the user leaves that instance out.</summary>
    public IReadOnlyDictionary<string, string> Unusable { get; init; } = new Dictionary<string, string>();
}
