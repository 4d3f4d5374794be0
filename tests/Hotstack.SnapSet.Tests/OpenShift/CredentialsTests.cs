using Hotstack.Http;
using Xunit;

namespace Hotstack.OpenShift;

public sealed class CredentialsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly ManualClock _clock = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_token_that_was_replaced_in_its_file_is_used_within_a_minute()
    {
        var credentials = new Credentials(Configuration() with { TokenFile = _file }, _clock);
        Write("first");
        Assert.Equal("Bearer first", TokenOf(credentials));

        Write("second");
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("Bearer first", TokenOf(credentials));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer second", TokenOf(credentials));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_token_file_that_is_empty_or_gone_is_named(bool isGone)
    {
        string file = isGone ? _file + ".gone" : _file;
        var credentials = new Credentials(Configuration() with { TokenFile = file }, _clock);

        HotstackException failure = Assert.Throws<HotstackException>(() => credentials.Get());

        Assert.Equal(("TokenFileInvalid", (object)file), (failure.Id, failure.Target!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_token_serves_where_the_token_file_cannot_be_read(bool isGone)
    {
        string file = isGone ? _file + ".gone" : _file;

        Assert.Equal("Bearer known", TokenOf(new Credentials(Configuration() with { TokenFile = file, Token = "known" }, _clock)));
    }

    [Fact]
    public void The_token_that_was_read_last_serves_when_the_file_is_gone()
    {
        var credentials = new Credentials(Configuration() with { TokenFile = _file }, _clock);
        Write("first");
        Assert.Equal("Bearer first", TokenOf(credentials));

        File.Delete(_file);
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("Bearer first", TokenOf(credentials));
    }

    private static ClusterConfiguration Configuration() => new()
    {
        Context = "test", ClusterName = "test", Server = new Uri("https://api.test:6443"), Tls = new TlsConfiguration(),
    };

    private static string TokenOf(Credentials credentials) => credentials.Get().Headers.Single(h => h.Key == "Authorization").Value;

    private void Write(string token) => File.WriteAllText(_file, token + "\n");
}
