using System.Globalization;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>The filters, order and page of <c>GET /v2/images</c>.</summary>
internal sealed class ImageQuery(ApiCall call)
{
    private const int DefaultLimit = 25;
    private const int MostLimit = 1000;

    private static readonly string[] Paging = ["limit", "marker", "sort", "sort_key", "sort_dir", "tag", "visibility", "member_status",
        "os_hidden"];

    private static readonly string[] UsualSort = ["created_at", "id"];

    private static readonly string[] SortKeys =
        ["name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"];

    /// <summary>The page of those images the caller may see.</summary>
    public (List<Image> Page, string? Next) Run(IEnumerable<Image> images)
    {
        var all = images.ToList();
        var found = all.Where(IsVisible).Where(MatchesAll).ToList();
        if (call.Value("marker") is { } marker)
        {
            // Any image that the caller may see: only its place in the order counts.
            var at = all.Find(i => i.Id == marker && MaySee(i)) ?? throw new ApiException(400, "No image found with ID " + marker);
            found = [.. Ordered([.. found.Where(i => i != at), at]).SkipWhile(i => i != at).Skip(1)];
        }

        var ordered = Ordered(found);
        var limit = Limit();
        var page = ordered.Take(limit).ToList();
        return (page, page.Count > 0 && page.Count == limit ? page[^1].Id : null);
    }

    private IOrderedEnumerable<Image> Ordered(IEnumerable<Image> images) => Sorting().Aggregate(
        images.Order(Comparer<Image>.Create((_, _) => 0)), (list, by) => by.Descending
            ? list.ThenByDescending(i => Key(i, by.Key), StringComparer.Ordinal)
            : list.ThenBy(i => Key(i, by.Key), StringComparer.Ordinal));

    private static string? Key(Image image, string key) => key switch
    {
        "name" => image.Name,
        "status" => image.Status,
        "container_format" => image.ContainerFormat,
        "disk_format" => image.DiskFormat,
        "size" => image.Size?.ToString("D20", CultureInfo.InvariantCulture),
        "id" => image.Id,
        "created_at" => image.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        _ => image.UpdatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
    };

    private static ApiException Bad(string message) => new(400, message);

    private int Limit()
    {
        if (call.Value("limit") is not { } text)
        {
            return DefaultLimit;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
        {
            throw Bad("limit param must be an integer");
        }

        return limit < 0 ? throw Bad("limit param must be positive") : Math.Min(limit, MostLimit);
    }

    private List<(string Key, bool Descending)> Sorting()
    {
        List<(string Key, bool Descending)> sort = [];
        var keys = call.Values("sort_key").ToList();
        var directions = call.Values("sort_dir").ToList();
        if (call.Value("sort") is { } text)
        {
            if (keys.Count + directions.Count > 0)
            {
                throw Bad("Old and new sorting syntax cannot be combined");
            }

            sort.AddRange(text.Split(',').Select(part => part.Split(':', 2))
                .Select(p => (p[0].Trim(), Descends(p.Length > 1 ? p[1].Trim() : "desc"))));
        }
        else
        {
            sort.AddRange(keys.Select((key, i) => (key, Descends(directions.ElementAtOrDefault(directions.Count == 1 ? 0 : i) ?? "desc"))));
        }

        var wrong = sort.Find(s => !SortKeys.Contains(s.Key)).Key;
        if (wrong is not null)
        {
            throw Bad($"Invalid sort key: {wrong}. It must be one of the following: {string.Join(", ", SortKeys)}.");
        }

        // With no order asked for: the newest first. The id makes any order total.
        var last = sort.Count == 0 ? directions.Count == 0 || Descends(directions[0]) : sort[^1].Descending;
        foreach (var key in UsualSort.Where(key => !sort.Exists(s => s.Key == key)))
        {
            sort.Add((key, last));
        }

        return sort;
    }

    private static bool Descends(string direction) => direction switch
    {
        "asc" => false,
        "desc" => true,
        _ => throw Bad("Invalid sort direction: " + direction),
    };

    private bool IsVisible(Image image)
    {
        var asked = call.Value("visibility");
        if (asked is not (null or "public" or "private" or "shared" or "community" or "all"))
        {
            throw Bad("Invalid visibility value: " + asked);
        }

        if (call.Value("member_status") is { } member and not ("pending" or "accepted" or "rejected" or "all"))
        {
            throw Bad("Invalid status: " + member);
        }

        if (asked is not (null or "all") && image.Visibility != asked)
        {
            return false;
        }

        if (image.Hidden != string.Equals(call.Value("os_hidden"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return MaySee(image, asked);
    }

    /// <summary>Whether the caller may see an image at all, or in a list of one visibility.</summary>
    private bool MaySee(Image image, string? asked = "all")
    {
        var project = call.Token.ProjectId;
        return call.Token.IsAdmin
            || image.Owner == project
            || image.Visibility == "public"
            || (image.Visibility == "community" && asked is "community" or "all")
            || (image.Visibility == "shared" && image.Members.TryGetValue(project, out var status)
                && (call.Value("member_status") ?? "accepted") is var wanted && (wanted == "all" || wanted == status));
    }

    private bool MatchesAll(Image image) =>
        call.Values("tag").All(tag => image.Tags.Contains(tag, Collation.Instance))
        && call.Query.Where(p => !Paging.Contains(p.Key)).All(p => Matches(image, p.Key, p.Value));

    private static bool Matches(Image image, string key, string value) => key switch
    {
        "name" => OneOf(image.Name, value),
        "id" => OneOf(image.Id, value),
        "status" => OneOf(image.Status, value),
        "disk_format" => OneOf(image.DiskFormat, value),
        "container_format" => OneOf(image.ContainerFormat, value),
        "owner" => Collation.Instance.Equals(image.Owner, value),
        "checksum" => Collation.Instance.Equals(image.Data?.Hash("md5"), value),
        "os_hash_value" => Collation.Instance.Equals(image.Data?.Hash("sha512"), value),
        "protected" => image.Protected == value switch
        {
            "true" => true,
            "false" => false,
            _ => throw Bad($"Invalid value '{value}' for 'protected' filter. Valid values are 'true' or 'false'."),
        },
        "size_min" => image.Size >= Number(value),
        "size_max" => image.Size <= Number(value),
        // The database takes what is no number for 0.
        "min_disk" => image.MinDisk == (int.TryParse(value, CultureInfo.InvariantCulture, out var disk) ? disk : 0),
        "min_ram" => image.MinRam == (int.TryParse(value, CultureInfo.InvariantCulture, out var ram) ? ram : 0),
        "created_at" => InTime(image.CreatedAt, key, value),
        "updated_at" => InTime(image.UpdatedAt, key, value),
        _ => image.Properties.TryGetValue(key, out var has) && Collation.Instance.Equals(has, value),
    };

    private static bool OneOf(string? has, string value) => value.StartsWith("in:", StringComparison.Ordinal)
        ? value[3..].Split(',').Any(v => Collation.Instance.Equals(has, v.Trim('"')))
        : Collation.Instance.Equals(has, value);

    private static long Number(string value) => long.TryParse(value, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Bad("Unable to filter on a range with a non-numeric value.");

    private static bool InTime(DateTimeOffset has, string key, string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var (op, text) = colon > 0 && value[..colon] is "gt" or "gte" or "lt" or "lte" or "eq" or "neq"
            ? (value[..colon], value[(colon + 1)..])
            : ("eq", value);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            throw Bad($"Bad \"{key}\" query filter format. Use ISO 8601 DateTime notation.");
        }

        // The database keeps whole seconds.
        var order = has.ToUnixTimeSeconds().CompareTo(time.ToUnixTimeSeconds());
        return op switch
        {
            "gt" => order > 0, "gte" => order >= 0, "lt" => order < 0, "lte" => order <= 0, "neq" => order != 0, _ => order == 0,
        };
    }
}
