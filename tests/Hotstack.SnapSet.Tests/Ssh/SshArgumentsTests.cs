using Xunit;

namespace Hotstack.Ssh;

public sealed class SshArgumentsTests : IDisposable
{
    private const string Id = "11111111-2222-3333-4444-555555555555";

    private readonly string _home = Directory.CreateTempSubdirectory("hotstack-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Host_and_command_are_the_last_words_behind_the_options()
    {
        var words = SshArguments.For(new SshTarget("ctl") { User = "zuul", Port = 2222, KeyFile = "/k y" }, "/tmp/d/s", "exec sh");

        Assert.Equal(["-T", "-D", "/tmp/d/s"], words.Take(3));
        Assert.Equal(["-i", "/k y", "-p", "2222", "-l", "zuul", "--", "ctl", "exec sh"], words.TakeLast(9));
    }

    [Theory]
    [InlineData("BatchMode=yes")]
    [InlineData("ControlMaster=no")]
    [InlineData("ControlPath=none")]
    [InlineData("RemoteCommand=none")]
    [InlineData("PermitLocalCommand=no")]
    [InlineData("ForwardAgent=no")]
    [InlineData("ForwardX11=no")]
    [InlineData("StreamLocalBindMask=0177")]
    [InlineData("LogLevel=INFO")]
    public void What_would_prompt_or_open_more_is_off(string option) =>
        Assert.Contains(option, OptionsOf(SshArguments.For(new SshTarget("ctl"), "s", "c")));

    [Fact]
    public void Without_a_server_the_users_own_config_checks_keys()
    {
        string[] options = OptionsOf(SshArguments.For(new SshTarget("ctl"), "s", "c"));

        Assert.DoesNotContain(options, option => option.StartsWith("HostKeyAlias", StringComparison.Ordinal));
        Assert.DoesNotContain(options, option => option.Contains("StrictHostKeyChecking", StringComparison.Ordinal));
        Assert.DoesNotContain(options, option => option.Contains("KnownHosts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_servers_key_is_accepted_once_and_then_checked()
    {
        SshTarget target = new("ctl") { Pinned = new PinnedHost(Id, KnownHosts.OfUser(KnownHostsTests.Sources(_home))) };

        string[] first = OptionsOf(SshArguments.For(target, "s", "c", "/tmp/new"));
        string[] second = OptionsOf(SshArguments.For(target, "s", "c"));

        Assert.Contains("StrictHostKeyChecking=accept-new", first);
        Assert.Contains("UserKnownHostsFile=\"/tmp/new\" ~/.ssh/known_hosts", first);
        Assert.Contains("StrictHostKeyChecking=yes", second);
        Assert.All([first, second], options => Assert.Subset(
            options.ToHashSet(), new HashSet<string> { $"HostKeyAlias={Id}", "VerifyHostKeyDNS=no", "UpdateHostKeys=no" }));
    }

    [Theory]
    [InlineData("/home/u", "\"/home/u\"")]
    [InlineData("/home/a b", "\"/home/a b\"")]
    [InlineData("/home/50%h", "\"/home/50%%h\"")]
    [InlineData("/home/a\"b", "\"/home/a\\\"b\"")]
    [InlineData(@"C:\Users\u", @"""C:\\Users\\u""")]
    public void A_path_is_one_word_for_ssh(string path, string word)
    {
        SshTarget target = new("ctl") { Pinned = new PinnedHost(Id, new KnownHosts(path)) };

        Assert.Contains($"UserKnownHostsFile={word} ~/.ssh/known_hosts", OptionsOf(SshArguments.For(target, "s", "c")));
    }

    [Fact]
    public void A_key_file_with_a_token_in_its_name_is_that_file()
    {
        var words = SshArguments.For(new SshTarget("ctl") { KeyFile = "/k%h" }, "s", "c");

        Assert.Contains("IdentityFile=\"/k%%h\"", OptionsOf(words));
        Assert.DoesNotContain("-i", words);
    }

    [Theory]
    [InlineData("ssh ctl", null, null, null)]
    [InlineData("ssh zuul@ctl", "zuul", null, null)]
    [InlineData("ssh -p 2222 -i /k zuul@ctl", "zuul", 2222, "/k")]
    [InlineData("ssh -i '/my key' ctl", null, null, "/my key")]
    [InlineData("ssh -i '/it''s' ctl", null, null, "/it's")]
    public void The_command_by_hand(string command, string? user, int? port, string? key) =>
        Assert.Equal(command, new SshTarget("ctl") { User = user, Port = port, KeyFile = key }.Command);

    private static string[] OptionsOf(IReadOnlyList<string> words) =>
        [.. words.Zip(words.Skip(1)).Where(pair => pair.First == "-o").Select(pair => pair.Second)];
}
