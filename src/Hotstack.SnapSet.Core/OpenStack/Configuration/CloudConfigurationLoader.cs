using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Finds a cloud in clouds.yaml and its companions or in the <c>OS_*</c> variables, by the rules of openstacksdk:
/// https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html. A cloud of a file takes no credentials
/// from variables. Files are read anew on each call.
/// </summary>
public sealed class CloudConfigurationLoader(ConfigurationSources sources)
{
    /// <summary>Resolves one cloud in one region.</summary>
    /// <param name="cloud">Its name; null or empty for what <c>OS_CLOUD</c> names, the cloud of the variables, or the only one.</param>
    /// <param name="region">
    /// Its region; null or empty for what <c>OS_REGION_NAME</c> names, unless the cloud is named by parameter, and then
    /// for its first one.
    /// </param>
    /// <param name="activity">Told what was chosen, and warned of doubtful settings.</param>
    /// <param name="credential">Counts before the name and secret of the cloud's entry; null for what that has.</param>
    /// <exception cref="HotstackException">
    /// <c>CloudNotFound</c>, <c>CloudNotChosen</c>, <c>RegionNotFound</c>, <c>CloudConfigInvalid</c> (a broken file,
    /// missing or contradictory values), <c>CloudConfigNotTrusted</c>, <c>AuthTypeNotSupported</c>, <c>ScopeNotSupported</c>, <c>CredentialNotUsable</c>.
    /// </exception>
    public CloudConfiguration Load(string? cloud, string? region, IActivity? activity = null, CloudCredential? credential = null)
    {
        var entry = CloudInventory.Read(sources, activity).Choose(NullIfEmpty(cloud));
        var asked = NullIfEmpty(region) ?? (string.IsNullOrEmpty(cloud) ? sources.Variable("OS_REGION_NAME") : null);
        var configuration = new CloudResolver(sources, activity).Resolve(entry, asked, credential);
        activity?.Verbose($"Using the {entry.Title}, {(configuration.Region is { } name ? $"region {name}" : "no region")}"
            + $"{(credential is null ? "" : $", as {credential.Name}")}.");
        if (entry.File is not null && VariablesCloud.Variables(sources) is { Count: > 0 } unused)
        {
            activity?.Verbose($"Not used for it: {ConfigurationErrors.Join(unused)}.");
        }

        return configuration;
    }

    /// <summary>The clouds there are, for completion: empty if their files are broken.</summary>
    public IReadOnlyList<string> CloudNames() => OrNothing(() => CloudInventory.Read(sources, null).Names);

    /// <summary>The regions that a cloud lists, for completion: empty if it lists none or is not there.</summary>
    /// <param name="cloud">Its name; null or empty as in <see cref="Load"/>.</param>
    public IReadOnlyList<string> RegionNames(string? cloud) => OrNothing(() =>
    {
        var entry = CloudInventory.Read(sources, null).Choose(NullIfEmpty(cloud));
        var regions = RegionChoice.Listed(entry, VendorProfile.Of(entry, sources, null), null);
        return [.. regions.Select(region => region.Name)];
    });

    private static IReadOnlyList<string> OrNothing(Func<IReadOnlyList<string>> names)
    {
        try
        {
            return names();
        }
        catch (HotstackException)
        {
            return [];
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
