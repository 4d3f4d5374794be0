using System.Text.Encodings.Web;
using System.Text.Json;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Move;

/// <summary>Writes and reads manifests. A manifest is untrusted input: the folder may come from anywhere.</summary>
internal static class ManifestFile
{
    public const string NotFoundId = "ExportNotFound";
    public const string InvalidId = "ExportManifestInvalid";
    public const string NewerId = "ExportVersionUnknown";

    private const int MaxBytes = 16 << 20;
    private const int LongestRole = 200;

    /// <summary>Glance's limit for a tag, and Nova's for a property's value.</summary>
    private const int LongestName = 255;
    private const int LongestWarning = 10_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(ExportManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Json);

    /// <exception cref="HotstackException">The manifest is missing (<c>ExportNotFound</c>), of a newer version
    /// (<c>ExportVersionUnknown</c>), or invalid (<c>ExportManifestInvalid</c>).</exception>
    public static ExportManifest Read(string path, string? ownId = null) => Parse(path, ReadBytes(path), ownId);

    public static byte[] ReadBytes(string path)
    {
        try
        {
            using Stream file = InputFile.Open(path, CancellationToken.None);
            if (file.Length > MaxBytes)
            {
                throw Invalid(path, $"it has {file.Length} bytes, more than a manifest may have");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HotstackException(ErrorCause.NotFound, NotFoundId,
                $"{Path.GetDirectoryName(path)} is not an export: there is no {Path.GetFileName(path)}.", e)
            {
                Target = path,
                Hint = "If the export was interrupted, run Export-HotstackSnapSet again to resume it: the manifest is written last.",
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    /// <param name="path">For messages.</param>
    /// <param name="bytes">The text.</param>
    /// <param name="ownId">A known id that need not follow the rule.</param>
    /// <exception cref="HotstackException">As <see cref="Read"/>.</exception>
    public static ExportManifest Parse(string path, byte[] bytes, string? ownId = null)
    {
        bytes = JsonText.Readable(bytes);
        try
        {
            using (JsonDocument document = JsonDocument.Parse(bytes))
            {
                long version = document.RootElement.Number("version");
                if (version > ExportManifest.CurrentVersion)
                {
                    throw new HotstackException(
                        ErrorCause.InputInvalid, NewerId,
                        $"{path} has version {version}; this module reads version {ExportManifest.CurrentVersion} and older.")
                    {
                        Target = path,
                        Hint = "Update the module.",
                    };
                }
            }

            ExportManifest manifest = JsonSerializer.Deserialize<ExportManifest>(bytes, Json) ?? throw Invalid(path, "it is empty");
            string[] violations = [.. Violations(manifest, ownId)];
            return violations.Length == 0 ? manifest : throw new ViolationsException(InvalidId, path, violations);
        }
        catch (JsonException e)
        {
            throw Invalid(path, e.Message, e);
        }
    }

    private static IEnumerable<string> Violations(ExportManifest manifest, string? ownId)
    {
        if (manifest.Version < 1)
        {
            yield return $"version is {manifest.Version}";
        }

        if (!SnapSetId.IsRegular(manifest.Id) && (ownId is null || manifest.Id != ownId))
        {
            yield return $"id is '{manifest.Id}', not 1 to 64 of the characters A-Z, a-z, 0-9, '_', '.' and '-'";
        }

        if (ExportedBlueprint.Violation(manifest.Blueprint) is { } fault)
        {
            yield return fault;
        }

        if (Texts(manifest).FirstOrDefault(text => text.Value is not null
            && !PlainText.IsPlain(text.Value, LongestName, mayBeEmpty: true)) is { Field: not null } odd)
        {
            yield return $"{odd.Field} is too long or not plain text";
        }

        if (manifest.Members is not { Count: > 0 } members)
        {
            yield return "it has no members";
            yield break;
        }

        if (manifest.Warnings is null || members.Any(m => m is null)
            || manifest.Warnings.Any(warning => !PlainText.IsPlain(warning, LongestWarning)))
        {
            yield return "a list is null, or a warning is not plain text";
            yield break;
        }

        foreach (string violation in members.SelectMany(Violations))
        {
            yield return violation;
        }

        foreach (string name in members.GroupBy(m => m.Name).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return $"member {name} occurs more than once";
        }

        foreach (string file in members.GroupBy(m => m.File, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return $"file {file} belongs to more than one member";
        }
    }

    private static IEnumerable<string> Violations(ExportedMember member)
    {
        string who = $"member '{member.Name}'";
        if (!PlainText.IsPlain(member.Name, SnapSetImageName.LongestInstanceName) || !PlainText.IsPlain(member.Role, LongestRole))
        {
            yield return $"{who}: its name or role '{member.Role}' is empty, too long or not plain text";
        }

        if (!ExportFiles.IsSafeName(member.File))
        {
            yield return $"{who}: file '{member.File}' is not the plain name of a file in this folder";
        }

        if (member.Size <= 0)
        {
            yield return $"{who}: its size is {member.Size}";
        }

        if (!RunningHash.Knows(member.HashAlgorithm) || member.Hash?.Length != RunningHash.HexLengthOf(member.HashAlgorithm))
        {
            yield return $"{who}: its hash '{member.Hash}' is not a valid {member.HashAlgorithm}";
        }

        if (member.MacAddresses is null || member.MacAddresses.Any(mac => !MacAddress.TryParse(mac ?? "", out _)))
        {
            yield return $"{who}: a MAC address is invalid";
        }

        if (string.IsNullOrEmpty(member.DiskFormat) || string.IsNullOrEmpty(member.ContainerFormat) || member.MinDisk < 0
            || member.MinRam < 0)
        {
            yield return $"{who}: the image's formats or sizes are missing or invalid";
        }

        if (Texts(member).FirstOrDefault(text => text.Value is not null
            && !PlainText.IsPlain(text.Value, LongestName, mayBeEmpty: true)) is { Field: not null } odd)
        {
            yield return $"{who}: {odd.Field} is too long or not plain text";
        }

        if (member.Tags is null || member.Properties is null || member.SkippedVolumes is null
            || member.Tags.Any(tag => !PlainText.IsPlain(tag, LongestName)) || member.Properties.Values.Any(value => value is null)
            || member.SkippedVolumes.Any(volume => !PlainText.IsPlain(volume, LongestName, mayBeEmpty: true)))
        {
            yield return $"{who}: a tag, property or volume is null, too long or not plain text";
        }
    }

    private static (string Field, string? Value)[] Texts(ExportManifest manifest) =>
        [("stackName", manifest.StackName), ("scenario", manifest.Scenario)];

    private static (string Field, string? Value)[] Texts(ExportedMember member) =>
    [
        ("sourceId", member.SourceId), ("imageId", member.ImageId), ("diskFormat", member.DiskFormat),
            ("containerFormat", member.ContainerFormat),
    ];

    private static HotstackException Invalid(string path, string reason, Exception? inner = null) =>
        new(ErrorCause.InputInvalid, InvalidId, $"{path} cannot be used: {reason}", inner)
        {
            Target = path,
            Hint = "Export the set again.",
        };
}

/// <summary>Implausible times in a manifest. They would decide which set is the latest, what retention deletes, and until when a cluster
/// can be revived, so a time of creation is limited, and a record's dates are left out.</summary>
internal static class ManifestTimes
{
    /// <summary>The tolerance between two clocks.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>No certificate of OpenShift outlives its root authorities.</summary>
    private static readonly TimeSpan LongestCertificate = TimeSpan.FromDays(3653);

    /// <param name="manifest">The manifest as read.</param>
    /// <param name="now">The cloud's time if known, otherwise the local time.</param>
    /// <returns>The manifest with plausible times, and the changes, one sentence each.</returns>
    public static (ExportManifest Manifest, IReadOnlyList<string> Warnings) Plausible(ExportManifest manifest, DateTimeOffset now)
    {
        var warnings = new List<string>();
        // The images are younger than the set, and their times come from a cloud's clock.
        DateTimeOffset[] made = [.. manifest.Members.Select(m => m.ImageCreatedAt)
            .Where(time => time > DateTimeOffset.UnixEpoch && time <= now + Tolerance)];
        DateTimeOffset latest = made.Length > 0 ? made.Min() : now;
        DateTimeOffset createdAt = manifest.CreatedAt;
        if (createdAt > latest + Tolerance)
        {
            warnings.Add(
                $"The export records that the set was made at {TimeText.Of(createdAt)}, after "
                + $"{(made.Length > 0 ? "the oldest of its images" : "now")}: {TimeText.Of(latest)} is used instead.");
            createdAt = latest;
        }

        var implausible = new HashSet<string>(StringComparer.Ordinal);
        ExportedMember[] members = [.. manifest.Members.Select(member => member with
        {
            Properties = Believed(member.Properties, latest + Tolerance, implausible),
        })];
        if (implausible.Count > 0)
        {
            warnings.Add($"The export's {PlainText.List(implausible)} is implausible (too far ahead) and is left out.");
        }

        return (manifest with { CreatedAt = createdAt, Members = members }, warnings);
    }

    private static Dictionary<string, string> Believed(IReadOnlyDictionary<string, string> properties, DateTimeOffset latest,
        HashSet<string> implausible)
    {
        var kept = new Dictionary<string, string>(properties, StringComparer.Ordinal);
        DateTimeOffset? recordedAt = ClusterProperties.Time(properties.GetValueOrDefault(ClusterProperties.RecordedAtKey));
        foreach (string key in ClusterProperties.DateKeys)
        {
            DateTimeOffset? time = ClusterProperties.Time(properties.GetValueOrDefault(key));
            DateTimeOffset limit = key == ClusterProperties.RecordedAtKey ? latest : (recordedAt < latest ? recordedAt.Value : latest)
                + LongestCertificate;
            if (time > limit)
            {
                implausible.Add(key);
                kept.Remove(key);
            }
        }

        return kept;
    }
}
