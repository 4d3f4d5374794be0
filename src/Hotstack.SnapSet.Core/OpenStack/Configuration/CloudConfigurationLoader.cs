using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// Finds a cloud in clouds.yaml and its companions or in the <c>OS_*</c> variables, by the rules of openstacksdk:
/// https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html. A cloud of a file takes no credentials
/// from variables. Each call reads the files again.
/// </summary>
public sealed class CloudConfigurationLoader(ConfigurationSources sources)
{
    /// <summary>Resolves one cloud in one region.</summary>
    /// <param name="cloud">Its name; null or empty for what <c>OS_CLOUD</c> names, the cloud of the variables, or the only one.</param>
    /// <param name="region">
    /// Its region; null or empty for what <c>OS_REGION_NAME</c> names, unless the cloud is named by parameter, and then
    /// for its first one.
    /// </param>
    /// <param name="activity">Gets the choice, and warnings of doubtful settings.</param>
    /// <param name="credential">Replaces the name and secret of the cloud's entry; null to use those.</param>
    /// <param name="wish">The cloud if neither <paramref name="cloud"/>, <c>OS_CLOUD</c> nor the variables choose one; null for none.
    /// </param>
    /// <exception cref="HotstackException">
    /// <c>CloudNotFound</c>, <c>CloudNotChosen</c>, <c>RegionNotFound</c>, <c>CloudConfigInvalid</c> (a broken file,
    /// missing or contradictory values), <c>CloudConfigNotTrusted</c>, <c>AuthTypeNotSupported</c>, <c>ScopeNotSupported</c>,
    /// <c>CredentialNotUsable</c>.
    /// </exception>
    public CloudConfiguration Load(
        string? cloud, string? region, IActivity? activity = null, CloudCredential? credential = null, CloudWish? wish = null)
    {
        var entry = CloudInventory.Read(sources, activity).Choose(NullIfEmpty(cloud), wish, activity);
        var asked = NullIfEmpty(region) ?? (string.IsNullOrEmpty(cloud) ? sources.Variable("OS_REGION_NAME") : null);
        var configuration = new CloudResolver(sources, activity).Resolve(entry, asked, credential);
        activity?.Verbose($"Using the {entry.Title}, {(configuration.Region is { } name ? $"region {name}" : "no region")}"
            + $"{(credential is null ? "" : $", as {credential.Name}")}.");
        if (entry.File is not null && VariablesCloud.Variables(sources) is { Count: > 0 } unused)
        {
            activity?.Verbose($"Not used for it: {NameList.All(unused)}.");
        }

        return configuration;
    }

    /// <summary>The names of all clouds, for completion: empty if their files are broken.</summary>
    public IReadOnlyList<string> CloudNames() => OrNothing(() => CloudInventory.Read(sources, null).Names);

    /// <summary>The regions that a cloud lists, for completion: empty if it lists none or does not exist.</summary>
    /// <param name="cloud">Its name; null or empty as in <see cref="Load"/>.</param>
    public IReadOnlyList<string> RegionNames(string? cloud) => OrNothing(() =>
    {
        var entry = CloudInventory.Read(sources, null).Choose(NullIfEmpty(cloud));
        var regions = CloudRegion.Listed(entry, CloudLayers.ProfileOf(entry, sources, null), null);
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

/// <summary>The exceptions of a cloud's broken configuration. None of them takes a value that could be a secret.</summary>
internal static class CloudErrors
{
    public const string InvalidId = "CloudConfigInvalid";

    /// <summary>A file that another user could have written.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="why">The reason, from <see cref="FileTrust.WhyNot"/>.</param>
    /// <param name="variable">The variable in which the user can name it; null if there is none.</param>
    public static HotstackException NotTrusted(string path, string why, string? variable) =>
        new(ErrorCause.ConfigurationInvalid, "CloudConfigNotTrusted",
            $"{path} is not used: {why}, so it could send your password anywhere. No other file was searched for.")
        {
            Target = path,
            Hint = "If you do not know the file, leave this folder. If it is yours, make file and folder yours alone (chown, chmod go-w)"
                + (variable is null ? "." : $"; if you trust it as it is, name it in the variable {variable}."),
        };

    public static HotstackException Invalid(string message, string? hint = null, object? target = null) =>
        new(ErrorCause.ConfigurationInvalid, InvalidId, message) { Hint = hint, Target = target };
}
