using Hotstack.Sandbox.Controllers.Client;
using Xunit;

namespace Hotstack.Sandbox.Controllers;

/// <summary>The verdicts of the sandbox's own ssh. The words are OpenSSH's, as the integration tests hear them from the real one.</summary>
public sealed class KnownHostsTests : IDisposable
{
    private const string Rsa = "ssh-rsa AAAAB3NzaC1yc2E=";
    private const string Ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5";
    private const string Other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTEw";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotstack-").FullName;

    private string File => Path.Combine(_folder, "known_hosts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("uuid " + Ed, true)]
    [InlineData("other,u*d " + Ed, true)]
    [InlineData("uuid " + Rsa, true)]
    [InlineData("uuid,!uuid " + Ed, false)]
    [InlineData("uuid " + Other, false)]
    [InlineData("# uuid " + Ed, false)]
    public void A_key_that_is_known(string line, bool isTrusted)
    {
        System.IO.File.WriteAllText(File, "\n" + line + "\n");
        Assert.Equal(isTrusted, Judge("yes").IsTrusted);
    }

    [Fact]
    public void A_hashed_name()
    {
        // ssh-keygen -H made it.
        System.IO.File.WriteAllText(File, "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= " + Ed + "\n");
        Assert.True(new KnownHosts("192.168.1.61", [File], "yes").Judge([Ed]).IsTrusted);
        Assert.False(Judge("yes").IsTrusted);
    }

    [Theory]
    [InlineData("yes", "No ED25519 host key is known for uuid and you have requested strict checking.")]
    [InlineData("ask", "Host key verification failed.")]
    public void An_unknown_key_is_refused(string strict, string said)
    {
        var verdict = Judge(strict);
        Assert.False(verdict.IsTrusted);
        Assert.Equal(said, verdict.Said[0]);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void Or_accepted_once()
    {
        Assert.Equal(["Warning: Permanently added 'uuid' (ED25519) to the list of known hosts."], Judge("accept-new").Said);
        Assert.Equal("uuid " + Ed + "\n", System.IO.File.ReadAllText(File));
        Assert.Empty(Judge("accept-new").Said);
    }

    [Fact]
    public void A_changed_key_is_told_with_its_line()
    {
        System.IO.File.WriteAllText(File, "else " + Ed + "\nuuid " + Other + "\n");
        var verdict = Judge("accept-new");
        Assert.False(verdict.IsTrusted);
        Assert.Contains($"Offending ED25519 key in {File}:2", verdict.Said);
    }

    private HostKeyVerdict Judge(string strict) => new KnownHosts("uuid", [File, Path.Combine(_folder, "none")], strict).Judge([Rsa, Ed]);
}
