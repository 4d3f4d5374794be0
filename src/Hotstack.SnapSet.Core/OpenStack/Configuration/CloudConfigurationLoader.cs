namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Finds a cloud in clouds.yaml and its companions or in the <c>OS_*</c> variables, by the rules of openstacksdk:
/// https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html.
/// </summary>
public sealed class CloudConfigurationLoader(ConfigurationSources sources)
{
    /// <summary>Resolves one cloud in one region.</summary>
    /// <param name="cloud">Its name; null for what <c>OS_CLOUD</c> names, the cloud of the variables, or the only one.</param>
    /// <param name="region">Its region; null for its first one.</param>
    /// <param name="activity">Told what was chosen, and warned of doubtful settings.</param>
    /// <exception cref="HotstackException">
    /// <c>CloudNotFound</c>, <c>CloudNotChosen</c>, <c>RegionNotFound</c>, <c>CloudConfigInvalid</c> (a broken file,
    /// missing or contradictory values), <c>AuthTypeNotSupported</c>, <c>ScopeNotSupported</c>.
    /// </exception>
    public CloudConfiguration Load(string? cloud, string? region, IActivity? activity = null) =>
        throw new NotImplementedException($"{sources.Platform} {cloud} {region} {activity}");

    /// <summary>The clouds there are, for completion: empty if their files are broken.</summary>
    public IReadOnlyList<string> CloudNames() => sources.Variable("OS_CLOUD") is { } name ? [name] : [];

    /// <summary>The regions that a cloud lists, for completion: empty if it lists none or is not there.</summary>
    public IReadOnlyList<string> RegionNames(string cloud) => sources.Variable("OS_REGION_NAME") is { } name ? [name] : [];
}
