using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>The layers of a cloud's keys, and how they are merged. A null value counts as not given, so it overrides nothing.</summary>
internal static class CloudLayers
{
    /// <summary>
    /// The keys in one spelling, with underscores, so that a layer overrides the one below whatever spelling either uses. Within
    /// one layer the new name of a key takes precedence over its old one.
    /// </summary>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>: a key is given with dashes and with underscores.</exception>
    public static DocMap Normalised(DocMap map)
    {
        DocMap underscored = Underscored(map);
        var normalised = new DocMap(map.Mark);
        foreach ((DocScalar key, DocNode value) in underscored.Entries)
        {
            string name = NewName(key.Value);
            if (name == key.Value || !underscored.Has(name))
            {
                normalised.Set(name, value is DocMap inner ? Normalised(inner) : value);
            }
        }

        return normalised;
    }

    /// <summary>Merges mappings at every level; anything else is replaced.</summary>
    public static DocMap MergedDeeply(this DocMap map, DocMap over) =>
        map.Layered(over, (_, below, above) => below is DocMap lower && above is DocMap upper ? lower.MergedDeeply(upper) : above);

    /// <summary>Merges <c>auth</c> key by key; everything else is replaced.</summary>
    public static DocMap OverlaidBy(this DocMap map, DocMap over) =>
        map.Layered(over, (key, below, above) =>
            key == "auth" && below is DocMap lower && above is DocMap upper
                ? lower.Layered(upper, (_, _, value) => value)
                : above);

    /// <summary>
    /// The keys that a cloud's <c>profile</c> (once spelled <c>cloud</c>) takes from clouds-public.yaml. Profiles built into
    /// openstacksdk, and those behind a URL, are not known here.
    /// </summary>
    /// <returns>Null if the cloud has no profile, or an unknown one.</returns>
    /// <exception cref="HotstackException"><c>CloudConfigInvalid</c>.</exception>
    public static DocMap? ProfileOf(CloudEntry cloud, ConfigurationSources sources, IActivity? activity)
    {
        if (ProfileName(cloud.Settings) is not { } name)
        {
            return null;
        }

        var file = CloudsFile.First(sources, "clouds-public", null, activity);
        DocMap? profiles = file?.Root.Map("public-clouds");
        if (profiles?.Map(name) is not { } profile)
        {
            activity?.Warning(
                $"The {cloud.Title} uses the profile {name}, which is not known: "
                + (file is null ? "there is no clouds-public.yaml." : $"{file.Path} has no public-clouds.{name}.")
                + " Profiles built into other clients are not known here, so the cloud needs its own auth_url.");
            return null;
        }

        DocMap settings = Normalised(profile);
        DocMap? parent = ProfileName(settings) is { } below ? profiles.Map(below) : null;
        return parent is null ? settings : Normalised(parent).OverlaidBy(settings);
    }

    private static string? ProfileName(DocMap settings) => settings.Text("profile") ?? settings.Text("cloud");

    private static DocMap Underscored(DocMap map)
    {
        var underscored = new DocMap(map.Mark);
        foreach ((DocScalar key, DocNode value) in map.Entries)
        {
            string name = key.Value.Replace('-', '_');
            if (underscored.Has(name))
            {
                throw value.Mark.Error($"{key.Value} is given twice, with dashes and with underscores.", "Remove one of them.");
            }

            underscored.Set(name, value);
        }

        return underscored;
    }

    private static string NewName(string key) => key switch
    {
        "tenant_id" => "project_id",
        "tenant_name" => "project_name",
        "auth_token" => "token",
        "auth_plugin" => "auth_type",
        "user_name" => "username",
        _ when key.EndsWith("endpoint_type", StringComparison.Ordinal) => key[..^"endpoint_type".Length] + "interface",
        _ => key,
    };

    private static DocMap Layered(this DocMap map, DocMap over, Func<string, DocNode, DocNode, DocNode> both)
    {
        DocMap layered = map.Where(_ => true);
        foreach ((DocScalar key, DocNode above) in over.Entries)
        {
            if (layered.Find(key.Value) is not { } below)
            {
                layered.Set(key, above);
            }
            else if (above is not DocScalar { Type: YamlType.Null })
            {
                layered.Set(key, both(key.Value, below, above));
            }
        }

        return layered;
    }
}
