using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>
/// What a cloud's <c>profile</c> (once spelled <c>cloud</c>) brings in from clouds-public.yaml. Profiles that openstacksdk
/// brings along, and those behind a URL, are not known here.
/// </summary>
internal static class VendorProfile
{
    /// <returns>The profile's keys, spelled with underscores; null if the cloud has none or it is unknown.</returns>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static ConfigMap? Of(CloudEntry cloud, ConfigurationSources sources, IActivity? activity)
    {
        if ((cloud.Settings.Text("profile") ?? cloud.Settings.Text("cloud")) is not { } name)
        {
            return null;
        }

        var file = ConfigurationFile.First(sources, "clouds-public", null, activity);
        var profiles = file?.Root.Map("public-clouds");
        if (profiles?.Map(name) is not { } profile)
        {
            activity?.Warning(
                $"The {cloud.Title} uses the profile {name}, which is not known: "
                + (file is null ? "there is no clouds-public.yaml." : $"{file.Path} has no public-clouds.{name}.")
                + " Profiles built into other clients are not known here, so the cloud needs its own auth_url.");
            return null;
        }

        var settings = KeySpelling.Normalised(profile);
        var parent = (settings.Text("profile") ?? settings.Text("cloud")) is { } below ? profiles.Map(below) : null;
        return parent is null ? settings : KeySpelling.Normalised(parent).OverlaidBy(settings);
    }
}
