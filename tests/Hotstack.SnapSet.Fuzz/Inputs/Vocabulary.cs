namespace Hotstack.Fuzz.Inputs;

/// <summary>Texts that parsers stumble over.</summary>
internal static class Vocabulary
{
    private static readonly string[] Scalars =
    [
        "", " ", "~", "null", "true", "false", "yes", "no", "on", "0", "-0", "-1", "1", "+1", "007", "0x1F", "0o7", "0b2", "0xZZ", "1_000",
            "_", "-", "+",
        "1e5", "1.5e+3", ".5", "-.inf", ".nan", "NaN", "Infinity", "1e400", "-1e400", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808",
        "99999999999999999999999999999999", "2147483648", "4294967296", "12:30:45", "2018-08-31", "2018-08-31 10:00:00",
            "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999-14:00", "2026-02-30T00:00:00Z",
            "2026-11-26T15:00:00",
        "2026-11-26T24:00:00Z", "2026-11-26T15:00:60Z", "10000-01-01T00:00:00Z", "fa:16:9e:81:f6:05", "FA-16-9E-81-F6-05", "fa:16:9e:81:f6",
            "http://", "https://",
        "https://[::1", "https://x:99999/", "https://x:-1", "https://a b/", "//host/path", "http://user:pw@host", "https://exa\u00e4mple/",
            "file:///etc/passwd",
        "/v3//x", "{region_name}", "{{", "}}", "{a}{b}", "{{ a }}", "{{ a | default(b) }}", "{% if %}", "'", "\"", "\\", "\\u", "\0",
            "\u0001", "\u0085", "\u2028",
        "\ufeff", "\ufffd", "\ud83d\ude00", "\ud800", "\udfff", "\r\n", "\t", "a\nb", "#", "a #b", "a: b", "- a", "? a", "!!int x",
            "!!float 1", "!!binary AA==", "!x", "&a", "*a", "<<", "|", ">",
        "%", "@", "`", "[", "]", "{", "}", ",", ":", "..", "../../x", "/dev/null", "C:\\x", "con", "a=b=c", "=", "a,b,,c", ",", "*", "?",
            "[a-z]", "[z-a]", "[", "name=", "name==",
        "\u0130", "\u0131\u017f", "\u00df", "\u1e9e", "a\u0301", "-----BEGIN CERTIFICATE-----", "AA==", "A", "====",
    ];

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\n", "\r", "\t", " ", "  ", "- ", "? ", ": ", "#", "&a ", "*a", "<<: *a\n",
            "!!int ", "!!map ", "!", "|\n", ">-\n", "%YAML 1.1\n", "%TAG ! x\n", "---\n",
        "...\n", "\0", "\u0085", "\u2028", "\ufeff", "\\ud800", "\\udc00", "\\u0000", "\\x", "null", "true", "1e999", "-", "=", "{{", "}}",
            "{%", "| default(", ")", "//", "/*", "<", ">", "</title>", "&lt;", "%00",
    ];

    /// <summary>Of names that mean something to PowerShell, to an address, to Ansible or to a terminal.</summary>
    private static readonly string[] NameParts =
    [
        "a", "x1", "master0", "mp65jst2", "649416c7-d812-49f4-b01f-3c791446af8b", "7", "1kb", "0x1F", "-", "_", "-Force", "'", "\u2018",
            "\u2019", "\u201a", "\u201b", "\"", "\u201c", "\u201d",
        "\u201e", "`", "$", "$(x)", ";x;", "|", "&", "*", "?", "[", "]", "[a-z]", ".", "..", "/", "\\", "../", "%2e", "%2F", "%5c", "%252e",
            "%00", "?a=b", "#", "@", "<", ">", " ", ",", ":", "=", "\0",
        "\u001b[2J", "\u001b]0;x\u0007", "\u007f", "\u0085", "\u009b", "\r", "\n", "\t", "\u2028", "\u2029", "\u202e", "\u2066", "\u2069",
            "\u061c", "\u200b", "\u200e", "\u3164", "\ufeff", "\ufffe",
        "\U000e0041", "{{", "}}", "{%", "%}", "{#", "{{ lookup('pipe', 'x') }}", "#jinja2:", "!unsafe ", "snap_id=", "\u00e4", "\uff0e",
            "\u2215",
    ];

    /// <summary>A text that somewhere means something.</summary>
    public static string Scalar(Random random) => random.Next(12) switch
    {
        0 => new string(Scalars[random.Next(Scalars.Length)].FirstOrDefault('x'), random.Next(1, 400)),
        1 or 2 => HostileName(random),
        _ => Scalars[random.Next(Scalars.Length)],
    };

    /// <summary>A name, an id or a tag's value as somebody writes it who means no good.</summary>
    public static string HostileName(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Pick(NameParts)));

    /// <summary>A bit of syntax.</summary>
    public static string Token(Random random) => Tokens[random.Next(Tokens.Length)];

    public static T Pick<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
