using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using Hotstack.Input;
using Hotstack.OpenStack;
using Hotstack.SnapSets.Move;

namespace Hotstack.Fuzz;

/// <summary>Small texts, each beside a plain way to say the same.</summary>
public static class TextProperties
{
    [Property(MaxTest = 400)]
    public static bool Wildcards_match_as_a_naive_reading_of_them(Pattern pattern) =>
        Wildcard.Matches(pattern.Name, pattern.Value) == Matches(pattern.Name.ToUpperInvariant(), Parts(pattern.Value));

    [Property]
    public static bool A_MAC_address_has_one_form(Mac mac, bool isUpper, bool hasDashes)
    {
        string text = string.Join(hasDashes ? '-' : ':',
            mac.Bytes.Select(b => b.ToString(isUpper ? "X2" : "x2", CultureInfo.InvariantCulture)));
        return MacAddress.TryParse($" {text} ", out string canonical)
            && canonical == string.Join(':', mac.Bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    [Property]
    public static bool A_duration_is_read_as_it_was_written(PositiveInt amount)
    {
        var length = TimeSpan.FromSeconds(amount.Get);
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{(int)length.TotalDays}d {length.Hours}h{length.Minutes}m {length.Seconds}s");
        return Duration.TryRead(text, out TimeSpan read) && read == length
            && Duration.TryRead($"{amount.Get}s", out read) && read == length
            && Duration.TryRead(length.ToString("c", CultureInfo.InvariantCulture), out read) && read == length;
    }

    [Property]
    public static bool A_size_for_people_is_near_what_it_stands_for(PositiveInt thousand, PositiveInt factor)
    {
        double bytes = (double)thousand.Get * factor.Get;
        string[] words = ByteText.Of(bytes).Split(' ');
        double unit = Math.Pow(1024, Array.IndexOf(["bytes", "KiB", "MiB", "GiB", "TiB"], words[1]));
        return Math.Abs((double.Parse(words[0], CultureInfo.InvariantCulture) * unit) - bytes) <= Math.Max(1, unit * 0.051);
    }

    [Property]
    public static bool A_span_for_people_leaves_out_less_than_a_tenth(PositiveInt seconds)
    {
        double told = TimeText.Of(TimeSpan.FromSeconds(seconds.Get)).Split(' ').Chunk(2).Sum(pair =>
            double.Parse(pair[0], CultureInfo.InvariantCulture) * pair[1] switch { "s" => 1, "min" => 60, "h" => 3600, _ => 86_400 });
        return told <= seconds.Get && seconds.Get - told <= Math.Max(60, seconds.Get * 0.1);
    }

    [Property]
    public static bool Files_of_members_are_safe_and_differ(PlainText[] names)
    {
        IReadOnlyList<string> files = ExportFiles.NamesFor(names.Select(name => (name.Value, "qcow2")));
        return files.All(ExportFiles.IsSafeName) && files.Distinct(StringComparer.OrdinalIgnoreCase).Count() == files.Count;
    }

    [Property]
    public static bool Bytes_that_are_JSON_are_read_whatever_is_in_their_texts(byte[] bytes, bool isEscaped)
    {
        string inner = isEscaped ? string.Concat(bytes.Select(b => $"\\ud8{b:x2}")) : "";
        byte[] json = [(byte)'"', .. Encoding.ASCII.GetBytes(inner), .. bytes.Where(b => b is not ((byte)'"' or (byte)'\\' or < 0x20)),
            (byte)'"'];
        using JsonDocument read = JsonText.Parse(json);
        return read.RootElement.GetString() is not null;
    }

    [Property]
    public static bool JSON_that_can_be_read_is_left_as_it_is(JsonValueText json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json.Value);
        using JsonDocument read = JsonText.Parse(bytes);
        return JsonSerializer.Serialize(read.RootElement) == JsonSerializer.Serialize(JsonDocument.Parse(bytes).RootElement);
    }

    [Property]
    public static bool An_address_that_has_its_version_keeps_it(NonNegativeInt port)
    {
        var address = new Uri($"https://cloud.example:{1 + (port.Get % 60_000)}/some/service");
        return ((string[])["compute", "image", "network", "orchestration", "block-storage"]).All(service =>
            EndpointAddress.Of(service, address, "p") is var once && EndpointAddress.Of(service, once, "p") == once);
    }

    /// <summary>Each part of a pattern: null for any text, else what one sign may be.</summary>
    private static List<Func<char, bool>?> Parts(string pattern)
    {
        var parts = new List<Func<char, bool>?>();
        for (string rest = pattern; rest.Length > 0;)
        {
            int end = rest[0] == '[' ? rest.IndexOf(']', 1) : -1;
            string set = end > 1 ? rest[1..end] : "";
            int taken = end > 1 ? end + 1 : rest[0] == '`' && rest.Length > 1 ? 2 : 1;
            char literal = char.ToUpperInvariant(rest[taken == 2 && end <= 1 ? 1 : 0]);
            parts.Add(end > 1 ? sign => InSet(set, sign) : taken == 1 && rest[0] == '*' ? null : taken == 1 && rest[0] == '?' ? _ => true
                : sign => sign == literal);
            rest = rest[taken..];
        }

        return parts;
    }

    private static bool InSet(string set, char sign)
    {
        string signs = "";
        while (set.Length > 0)
        {
            bool isRange = set.Length > 2 && set[1] == '-';
            signs += isRange ? new string([.. Enumerable.Range(set[0], Math.Max(0, set[2] - set[0] + 1)).Select(code => (char)code)])
                : set[..1];
            set = set[(isRange ? 3 : 1)..];
        }

        return signs.ToUpperInvariant().Contains(sign, StringComparison.Ordinal);
    }

    private static bool Matches(ReadOnlySpan<char> name, List<Func<char, bool>?> parts)
    {
        if (parts.Count == 0)
        {
            return name.IsEmpty;
        }

        List<Func<char, bool>?> rest = parts[1..];
        return parts[0] is { } one
            ? !name.IsEmpty && one(name[0]) && Matches(name[1..], rest)
            : Matches(name, rest) || (!name.IsEmpty && Matches(name[1..], parts));
    }
}
