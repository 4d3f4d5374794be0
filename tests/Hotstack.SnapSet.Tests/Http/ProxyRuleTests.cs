using Hotstack.Http.Proxies;
using Xunit;

namespace Hotstack.Http;

/// <summary>Which proxy a call goes through, by the variables; the rules are Go's, with ALL_PROXY for clouds.</summary>
public sealed class ProxyRuleTests
{
    private const string List = "foobar.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, 172.16.5.9/12, "
        + "2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64, port.test:5000, .below.test:5000, UPPER.test, käse.test, xn--bcher-kva.test";

    /// <summary>In the order of use: variables, address, proxy.</summary>
    [Theory]
    [InlineData("HTTP_PROXY=http://p:3128", "http://k.test/", "http://p:3128/")]
    [InlineData("http_proxy=http://p:3128", "http://k.test/", "http://p:3128/")]
    [InlineData("HTTP_PROXY=http://p:3128", "https://k.test/", null)]
    [InlineData("HTTPS_PROXY=http://p:3128", "https://k.test/", "http://p:3128/")]
    [InlineData("https_proxy=http://p:3128", "https://k.test/", "http://p:3128/")]
    [InlineData("HTTPS_PROXY=http://p:3128", "http://k.test/", null)]
    [InlineData("HTTP_PROXY=http://a;http_proxy=http://b", "http://k.test/", "http://a/")]
    [InlineData("NO_PROXY=k.test;no_proxy=other.test;HTTP_PROXY=http://a", "http://k.test/", null)]
    [InlineData("NO_PROXY=other.test;no_proxy=k.test;HTTP_PROXY=http://a", "http://k.test/", "http://a/")]
    [InlineData("HTTP_PROXY=;http_proxy=http://b", "http://k.test/", "http://b/")]
    [InlineData("HTTP_PROXY=p", "http://k.test/", "http://p/")]
    [InlineData("HTTP_PROXY=cache.corp.example:1234", "http://k.test/", "http://cache.corp.example:1234/")]
    [InlineData("HTTP_PROXY=127.0.0.1:8080", "http://k.test/", "http://127.0.0.1:8080/")]
    [InlineData("HTTP_PROXY=[::1]:8080", "http://k.test/", "http://[::1]:8080/")]
    [InlineData("HTTP_PROXY=anna:s3cr3t@p:3128", "http://k.test/", "http://p:3128/")]
    [InlineData("HTTP_PROXY=https://p", "http://k.test/", "https://p/")]
    [InlineData("HTTP_PROXY=socks5://p", "http://k.test/", "socks5://p:1080/")]
    [InlineData("HTTPS_PROXY=socks5h://anna:s3cr3t@p:9050", "https://k.test/", "socks5://p:9050/")]
    [InlineData("HTTP_PROXY=http://p;REQUEST_METHOD=GET", "https://k.test/", null)]
    [InlineData("HTTPS_PROXY=http://p;REQUEST_METHOD=GET", "https://k.test/", "http://p/")]
    [InlineData("NO_PROXY=*", "https://k.test/", null)]
    public void Proxies(string variables, string address, string? proxy)
    {
        Assert.Equal(proxy, Rule(variables, withAll: false).GetProxy(new Uri(address))?.AbsoluteUri);
        Assert.Equal(proxy, Rule(variables, withAll: true).GetProxy(new Uri(address))?.AbsoluteUri);
    }

    [Theory]
    [InlineData("ALL_PROXY=socks5h://p:9050", "http://k.test/", "socks5://p:9050/")]
    [InlineData("all_proxy=socks5://p", "https://k.test/", "socks5://p:1080/")]
    [InlineData("ALL_PROXY=http://p:1;HTTPS_PROXY=http://q:2", "https://k.test/", "http://q:2/")]
    [InlineData("ALL_PROXY=http://p:1;HTTPS_PROXY=http://q:2", "http://k.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1;NO_PROXY=test", "http://k.test/", null)]
    [InlineData("ALL_PROXY=http://p:1;REQUEST_METHOD=GET", "http://k.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1", "http://localhost:5000/", null)]
    public void All_proxy_is_of_clouds_alone(string variables, string address, string? proxy)
    {
        Assert.Equal(proxy, Rule(variables, withAll: true).GetProxy(new Uri(address))?.AbsoluteUri);
        string? ofCluster = Rule(variables, withAll: false).GetProxy(new Uri(address))?.AbsoluteUri;
        Assert.Equal(proxy == "http://q:2/" ? proxy : null, ofCluster);
    }

    /// <summary>The hosts of golang.org/x/net's own test, and neighbours of them.</summary>
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:5000", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::ffff:127.0.0.1]", true)]
    [InlineData("[::2]", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("192.168.1.1:81", true)]
    [InlineData("[::ffff:192.168.1.1]", true)]
    [InlineData("192.168.1.2", false)]
    [InlineData("192.168.1.2:81", true)]
    [InlineData("192.168.1.3", true)]
    [InlineData("192.168.1.4", false)]
    [InlineData("192.168.1.11", false)]
    [InlineData("10.0.0.2", true)]
    [InlineData("10.0.0.4", false)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.0", false)]
    [InlineData("[2001:db8::52:0:1]", true)]
    [InlineData("[2001:db8:0:0:0:52:0:1]", true)]
    [InlineData("[2001:db8::52:0:2]", false)]
    [InlineData("[2001:db8::52:0:2]:443", true)]
    [InlineData("[2001:db8::52:0:3]", true)]
    [InlineData("[2002:db8:a::123]", true)]
    [InlineData("[2002:db8:b::123]", false)]
    [InlineData("[fe80::424b:c8be:1643:a1b6]", false)]
    [InlineData("barbaz.net", false)]
    [InlineData("www.barbaz.net", true)]
    [InlineData("foobar.com", true)]
    [InlineData("FooBar.com", true)]
    [InlineData("www.foobar.com", true)]
    [InlineData("foofoobar.com", false)]
    [InlineData("baz.com", false)]
    [InlineData("localhost.net", false)]
    [InlineData("local.localhost", false)]
    [InlineData("barbarbaz.net", false)]
    [InlineData("wildcard.io", false)]
    [InlineData("nested.wildcard.io", true)]
    [InlineData("awildcard.io", false)]
    [InlineData("port.test", false)]
    [InlineData("port.test:5000", true)]
    [InlineData("a.port.test:5000", true)]
    [InlineData("below.test:5000", false)]
    [InlineData("a.below.test:5000", true)]
    [InlineData("a.below.test:5001", false)]
    [InlineData("upper.test", true)]
    [InlineData("www.käse.test", true)]
    [InlineData("bücher.test", true)]
    [InlineData("xn--kse-qla.test", true)]
    public void Hosts_that_are_excluded(string host, bool excluded)
    {
        Assert.Equal(excluded, Rule($"HTTP_PROXY=p;NO_PROXY={List}", withAll: false).IsBypassed(new Uri($"http://{host}/")));
        Assert.True(Rule($"HTTP_PROXY=p;NO_PROXY={List},*", withAll: false).IsBypassed(new Uri($"http://{host}/")));
    }

    [Theory]
    [InlineData(":1")]
    [InlineData(",, ,")]
    [InlineData("10")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/x")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.1")]
    [InlineData("*.")]
    [InlineData("[")]
    [InlineData("]:")]
    [InlineData("**")]
    [InlineData("/")]
    [InlineData("::/0")]
    [InlineData("http://10.0.0.1")]
    [InlineData(".test.")]
    [InlineData("ample.test")]
    public void Entries_that_exclude_nothing_of_it(string entry)
    {
        ProxyRule rule = Rule($"HTTP_PROXY=p;NO_PROXY={entry}", withAll: true);

        Assert.False(rule.IsBypassed(new Uri("http://example.test/")));
        Assert.False(rule.IsBypassed(new Uri("http://10.0.0.1/")));
    }

    [Theory]
    [InlineData("http://anna:s3cr3t-Xy#z@p:3128")]
    [InlineData("http://anna:s3cr3t-Xy/z@p:3128")]
    [InlineData("http://anna:1/s3cr3t-Xy@p:3128")]
    [InlineData("http://anna:1?s3cr3t-Xy@p:3128")]
    [InlineData("anna:s3cr3t-Xy@")]
    [InlineData("ftp://anna:s3cr3t-Xy@p")]
    [InlineData("foo://s3cr3t-Xy")]
    [InlineData("http://s3cr3t-Xy p")]
    [InlineData("http://p:99999/s3cr3t-Xy")]
    [InlineData("http://")]
    [InlineData(" ")]
    public async Task A_value_that_is_no_address_ends_the_call_and_is_not_shown(string value)
    {
        await using var server = new WireServer(_ => WireServer.Reply(200));
        var activity = new RecordingActivity();
        using var api = new Api(
            HttpTransport.Create(new(), Rule($"HTTP_PROXY={value}", withAll: true)),
                new RetryPolicy(new ManualClock { AutoAdvance = true }, activity), activity);

        var e = await Assert.ThrowsAsync<HotstackException>(() =>
            api.SendAsync(new ApiRequest("identity", HttpMethod.Get, new Uri("http://k.test:5000/v3")),
                TestContext.Current.CancellationToken));

        Assert.Equal(("ProxyInvalid", ErrorCause.ConfigurationInvalid), (e.Id, e.Cause));
        Golden.Message(e);
        Assert.DoesNotContain("s3cr3t-Xy", e + e.Hint + string.Concat(activity.Everything), StringComparison.Ordinal);
        Assert.Equal(200, (await api.SendAsync(
            new ApiRequest("identity", HttpMethod.Get, server.Address), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public void A_CGI_program_does_not_take_the_proxy_that_its_caller_may_have_set()
    {
        var e = Assert.Throws<HotstackException>(() => Rule("HTTP_PROXY=http://p;REQUEST_METHOD=GET", withAll: true)
            .For(new Uri("http://k.test")));

        Assert.Equal("ProxyInvalid", e.Id);
        Golden.Message(e);
        Assert.False(Rule("HTTP_PROXY=http://p;REQUEST_METHOD=GET", withAll: true).IsBypassed(new Uri("http://k.test")));
    }

    private static ProxyRule Rule(string variables, bool withAll) => ProxyRule.OfVariables(Variables(variables).GetValueOrDefault, withAll);

    private static Dictionary<string, string> Variables(string text) =>
        text.Split(';').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
