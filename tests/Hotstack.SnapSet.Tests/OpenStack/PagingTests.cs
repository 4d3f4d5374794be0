using System.Globalization;
using System.Text.Json;
using Hotstack.Http;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Xunit;

namespace Hotstack.OpenStack;

/// <summary>Reading lists to their end from services that give a few at a time.</summary>
public sealed class PagingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 2, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(7, 2, 4)]
    [InlineData(25, 10, 3)]
    public async Task All_pages_are_read(int images, int pageSize, int calls)
    {
        using var handler = Glance(images, pageSize);

        IReadOnlyList<JsonElement> list = await ListAsync(handler);

        Assert.Equal(Enumerable.Range(0, images).Select(Id), list.Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(calls, Pages(handler).Length);
    }

    [Fact]
    public async Task Each_page_is_asked_for_with_the_whole_query_at_our_own_address()
    {
        using var handler = Glance(5, 2);

        await ListAsync(handler, new("tag", "hotstack"), new("tag", "snap_id=a:b"), new("owner", "p1"));

        Assert.Equal(3, Pages(handler).Length);
        foreach (Sent sent in Pages(handler))
        {
            Assert.StartsWith("http://glance.test/v2/images?", sent.Uri.AbsoluteUri, StringComparison.Ordinal);
            string query = Uri.UnescapeDataString(sent.Uri.Query);
            Assert.All(["tag=hotstack", "tag=snap_id=a:b", "owner=p1", "limit=1000"],
                part => Assert.Contains(part, query, StringComparison.Ordinal));
        }

        Assert.Equal([null, Id(1), Id(3)], Pages(handler).Select(Marker));
    }

    [Fact]
    public async Task A_page_that_comes_again_is_refused_at_once()
    {
        using var handler = Service(_ => (Page(0, 3), true));

        var e = await Assert.ThrowsAsync<ServiceException>(() => ListAsync(handler));

        Assert.Equal("ListEndless", e.Id);
        Assert.Equal(2, Pages(handler).Length);
    }

    [Fact]
    public async Task Pages_that_are_always_new_end_too()
    {
        int page = 0;
        using var handler = Service(_ => (Page(1000 * page++, 1000), true));

        var e = await Assert.ThrowsAsync<ServiceException>(() => ListAsync(handler));

        Assert.Equal("ListEndless", e.Id);
        Assert.Equal(101, Pages(handler).Length);
    }

    [Fact]
    public async Task An_empty_page_ends_the_list_whatever_it_links_to()
    {
        int page = 0;
        using var handler = Service(_ => (page++ == 0 ? Page(0, 2) : "", true));

        Assert.Equal(2, (await ListAsync(handler)).Count);
    }

    [Fact]
    public async Task What_comes_twice_is_taken_once()
    {
        int page = 0;
        using var handler = Service(_ => (page++ == 0 ? Page(0, 3) : Page(2, 3), page < 2));

        IReadOnlyList<JsonElement> list = await ListAsync(handler);

        Assert.Equal([Id(0), Id(1), Id(2), Id(3), Id(4)], list.Select(item => item.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_page_without_a_list_is_empty()
    {
        using var handler = new ScriptedHandler(
            _ => KeystoneScript.Token("token-0"), _ => ScriptedHandler.Answer(200, """{"images": null, "next": "/v2/images"}"""));

        Assert.Empty(await ListAsync(handler));
    }

    [Theory]
    [InlineData("""{"servers_links": [{"rel": "next", "href": "x"}]}""", true)]
    [InlineData("""{"servers_links": [{"rel": "self", "href": "x"}]}""", false)]
    [InlineData("""{"servers_links": []}""", false)]
    [InlineData("""{"servers_links": null}""", false)]
    [InlineData("{}", false)]
    public void Nova_and_Cinder_say_by_links_that_there_is_more(string json, bool more)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(more, Paging.HasNextLink(document.RootElement, "servers_links"));
    }

    private static string Id(int number) => "image-" + number.ToString("000", CultureInfo.InvariantCulture);

    private static string Page(int from, int count) =>
        string.Join(',', Enumerable.Range(from, count).Select(i => $$"""{"id": "{{Id(i)}}"}"""));

    private static string? Marker(Sent sent) =>
        sent.Uri.Query.Split('?', '&').Where(part => part.StartsWith("marker=", StringComparison.Ordinal)).Select(part => part[7..])
            .SingleOrDefault();

    private static Sent[] Pages(ScriptedHandler handler) => [.. handler.Requests.Where(sent => sent.Method == "GET")];

    /// <summary>As Glance, which says that there is more whenever a page is full, with a link that has lost a tag.</summary>
    private static ScriptedHandler Glance(int images, int pageSize) => Service(sent =>
    {
        int from = Marker(sent) is { } marker ? int.Parse(marker[6..], CultureInfo.InvariantCulture) + 1 : 0;
        int count = Math.Min(pageSize, images - from);
        return (Page(from, count), count == pageSize);
    });

    private static ScriptedHandler Service(Func<Sent, (string Items, bool More)> page) => new(sent =>
    {
        if (sent.Method == "POST")
        {
            return KeystoneScript.Token("token-0");
        }

        (string items, bool more) = page(sent);
        string next = more ? """, "next": "http://wrong.test/v2/images?tag=last" """ : "";
        return ScriptedHandler.Answer(200, $$"""{"images": [{{items}}]{{next}}}""");
    });

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(ScriptedHandler handler, params KeyValuePair<string, string>[] query)
    {
        CloudConfiguration configuration = KeystoneScript.Configuration();
        using TokenSource tokens = handler.Tokens(configuration);
        var client = new ServiceClient(configuration, tokens, handler.Api(), new ServerClock(handler.Clock), "image");
        return await Paging.ListAsync(
            client, client.Request(HttpMethod.Get, "images") with { Query = query }, "images", p => p.Text("next") is not null, Stop);
    }
}
