using Hotstack.Configuration;
using Xunit;

namespace Hotstack.Ssh;

public sealed class KnownHostsTests : IDisposable
{
    private const string Id = "11111111-2222-3333-4444-555555555555";
    private const string Other = "66666666-7777-8888-9999-000000000000";

    private static readonly HostKey Ed25519 = HostKey.OrNull(HostKeyTests.Ed25519)!;
    private static readonly HostKey Ecdsa = HostKey.OrNull(HostKeyTests.Ecdsa)!;

    private readonly string _home = Directory.CreateTempSubdirectory("hotstack-").FullName;

    private string File => Path.Combine(_home, ".ssh", "known_hosts_hotstack");

    private KnownHosts Known => KnownHosts.OfUser(Sources(_home));

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Keys_are_kept_per_server_in_files_of_their_owner()
    {
        Assert.False(Known.Contains(Id));

        Known.Add(Id, [Ed25519, Ecdsa]);
        Known.Add(Other, [Ecdsa]);

        Assert.Equal([Ed25519, Ecdsa], Known.KeysOf(Id));
        Assert.Equal([Ecdsa], Known.KeysOf(Other));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(owner, System.IO.File.GetUnixFileMode(File));
            Assert.Equal(owner | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
        }
    }

    [Fact]
    public void A_name_that_begins_another_one_is_another()
    {
        Known.Add(Id, [Ed25519]);
        System.IO.File.AppendAllText(File, $"# a note \u00e4\n{Id}-2 {HostKeyTests.Ecdsa}\n");

        Assert.Equal([Ed25519], Known.KeysOf(Id));
        Assert.Equal([Ecdsa], Known.KeysOf(Id + "-2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("# no end")]
    [InlineData(Other + " ssh-ed25519 AAAA")]
    [InlineData(Other + " " + HostKeyTests.Ed25519)]
    [InlineData(Id + " ssh-ed25519 broken\n" + Id + "\n \n")]
    public void What_is_in_the_file_does_not_spoil_what_comes(string before)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, before);

        Known.Add(Id, [Ecdsa]);

        Assert.Equal([Ecdsa], Known.KeysOf(Id));
    }

    [Theory]
    [InlineData("1111")]
    [InlineData("11111111-2222-3333-4444-5555555555555")]
    public void A_name_that_begins_as_another_is_not_that_one(string name)
    {
        Known.Add(Id, [Ed25519]);

        Assert.False(Known.Contains(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("@revoked")]
    [InlineData("#")]
    [InlineData("-v")]
    [InlineData("%h")]
    public void A_name_that_ssh_reads_otherwise_is_refused(string name)
    {
        Assert.Equal("ControllerInvalid", Assert.Throws<HotstackException>(() => Known.Add(name, [Ed25519])).Id);
        Assert.Equal("ControllerInvalid", Assert.Throws<HotstackException>(() => Known.Contains(name)).Id);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        string[] names = [.. Enumerable.Range(0, 50).Select(i => $"server-{i}")];

        await Task.WhenAll(names.Select(name => Task.Run(() => Known.Add(name, [Ed25519, Ecdsa]), TestContext.Current.CancellationToken)));

        Assert.All(names, name => Assert.Equal([Ed25519, Ecdsa], Known.KeysOf(name)));
    }

    [Fact]
    public void A_user_without_a_home_is_told()
    {
        var e = Assert.Throws<HotstackException>(() => KnownHosts.OfUser(Sources("")).Add(Id, [Ed25519]));

        Assert.Equal("KnownHostsInvalid", e.Id);
        Assert.False(KnownHosts.OfUser(Sources("")).Contains(Id));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        System.IO.File.WriteAllText(Path.Combine(_home, ".ssh"), "a file");

        Assert.Equal("KnownHostsInvalid", Assert.Throws<HotstackException>(() => Known.Add(Id, [Ed25519])).Id);
    }

    [Fact]
    public void A_directory_in_its_place_is_told()
    {
        Directory.CreateDirectory(File);

        Assert.Equal("KnownHostsInvalid", Assert.Throws<HotstackException>(() => Known.Contains(Id)).Id);
    }

    [Fact]
    public void A_file_that_is_too_large_or_no_text_is_told()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllBytes(File, [0xc3, (byte)'\n']);
        Assert.Equal("KnownHostsInvalid", Assert.Throws<HotstackException>(() => Known.Contains(Id)).Id);
        using (FileStream file = System.IO.File.OpenWrite(File))
        {
            file.SetLength(20 << 20);
        }

        Assert.Equal("KnownHostsInvalid", Assert.Throws<HotstackException>(() => Known.Contains(Id)).Id);
    }

    internal static ConfigurationSources Sources(string home) => ConfigurationSources.OfThisProcess() with
    {
        HomeDirectory = home,
        Variables = new Dictionary<string, string>(),
    };
}
