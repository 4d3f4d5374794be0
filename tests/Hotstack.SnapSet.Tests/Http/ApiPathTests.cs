using Xunit;

namespace Hotstack.Http;

/// <summary>What may stand in an address in the place of an id.</summary>
public sealed class ApiPathTests
{
    /// <summary>Each would be another address, for us, for a proxy that decodes it once or twice, or for the service.</summary>
    public static TheoryData<string> Hostile { get; } =
    [
        "", ".", "..", " ", "/", "\\", "a/b", "a\\b", "../x", "x/..", "..\\x", "/etc", "%", "%2e%2e", "%2E", "%2f", "..%2F..%2Fcompute",
            "%252e%252e", "%5c", "%00", "a%20b",
        "a?b", "a#b", "a;b", "a b", "a\tb", "a\nb", "\r\n", "\0", "a\u0000", "\u001b[2J", "\u007f", "\u0085", "\u2028", "\u202e", "\u200b",
            "\ufeff",
        "\u2024\u2024", "\uff0e\uff0e", "\uff0f", "\u2215", "\u2044", "\u3002", "\u00e4", "\u0660", "\u2018", "\u2019", "'", "\"", "`",
            "$x", "{{ x }}", "{id}", "*", "[a]", "a@b", "a:b", "http://x", "~", "a,b", "a=b", "a&b", "a+b", "\ud800",
    ];

    [Theory]
    [InlineData("649416c7-d812-49f4-b01f-3c791446af8b")]
    [InlineData("649416c7d81249f4b01f3c791446af8b")]
    [InlineData("1")]
    [InlineData("m1.large")]
    [InlineData("hs-multi_2.a")]
    [InlineData("v1.route.openshift.io")]
    [InlineData("...")]
    [InlineData("..a")]
    [InlineData("-")]
    public void Ids_of_services_stand_in_an_address_as_they_are(string id) =>
        Assert.Equal($"images/{id}/file", new Uri($"http://h/v2/{Of(id)}").AbsolutePath[4..]);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Anything_else_is_refused_with_the_service_that_would_be_asked(string id)
    {
        var e = Assert.Throws<HotstackException>(() => Of(id));

        Assert.Equal(("IdInvalid", ErrorCause.ResponseInvalid, DisplayText.WriteOut(id)), (e.Id, e.Cause, e.Target));
        Assert.StartsWith("image: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(e.Message, c => char.IsControl(c) || c is '\u202e' or '\u2028' or '\u200b' or '\ufeff');
    }

    [Fact]
    public void Nothing_is_an_id() => Assert.Equal("", Assert.Throws<HotstackException>(() => Of(null)).Target);

    [Fact]
    public void A_long_one_is_shown_by_its_beginning() =>
        Assert.InRange(Assert.Throws<HotstackException>(() => Of(new string('/', 100_000))).Message.Length, 80, 300);

    [Fact]
    public void A_path_within_another_keeps_what_was_refused_in_it()
    {
        string id = "..";
        ApiPath inner = $"images/{id}";

        Assert.Throws<HotstackException>(() => Within(inner).For("image"));

        static ApiPath Within(ApiPath path) => $"{path}/file";
    }

    private static string Of(string? id)
    {
        ApiPath path = $"images/{id}/file";
        return path.For("image");
    }
}
