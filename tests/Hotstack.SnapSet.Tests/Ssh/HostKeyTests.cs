using Xunit;

namespace Hotstack.Ssh;

/// <summary>Host keys, and the consoles that show them. The lines are those of cloud-init's write-ssh-key-fingerprints and
/// cc_keys_to_console; ssh-keygen made the keys and the fingerprints.</summary>
public class HostKeyTests
{
    internal const string Ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPzOxXVnjtII8Y6N"
        + "+BpDbii/AV527+J4tcn+zOUciUeL6kNa96bJItiUdG/UUJdJGqoWuuABxwDH6PK2th1vDzg=";

    internal const string Ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGXufTVPLEEQ+Nzkh2+2h2Lkt+r+zclXhkrLcifruLjh";
    internal const string EcdsaPrint = "SHA256:DXOtO3ntfll8e+++N4iP8X0+ZpfOmJwAcEV3stSpU4c";
    internal const string Ed25519Print = "SHA256:1PE8d7+MmLwEMTB2gvt96E/CCG9c7oNkYS+dGDdLNnk";

    private const string Rocky = """
        [    5.201] cloud-init[712]: Cloud-init v. 24.4-4.el9 running 'init' at Sun, 29 Nov 2026 06:00:00 +0000. Up 5.20 seconds.
        ci-info: no authorized SSH keys fingerprints found for user zuul.
        <14>Nov 29 06:00:04 cloud-init: #############################################################
        <14>Nov 29 06:00:04 cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----
        <14>Nov 29 06:00:04 cloud-init: 256 SHA256:DXOtO3ntfll8e+++N4iP8X0+ZpfOmJwAcEV3stSpU4c root@controller-0 (ECDSA)
        <14>Nov 29 06:00:04 cloud-init: 256 SHA256:1PE8d7+MmLwEMTB2gvt96E/CCG9c7oNkYS+dGDdLNnk root@controller-0 (ED25519)
        <14>Nov 29 06:00:04 cloud-init: -----END SSH HOST KEY FINGERPRINTS-----
        <14>Nov 29 06:00:04 cloud-init: #############################################################
        -----BEGIN SSH HOST KEY KEYS-----
        ECDSA root@controller-0
        ED25519 root@controller-0
        -----END SSH HOST KEY KEYS-----
        [   10.310277] cloud-init[931]: Cloud-init v. 24.4-4.el9 finished at Sun, 29 Nov 2026 06:00:05 +0000.
        """;

    private static string Console => Rocky.Replace("\nECDSA ", "\n" + Ecdsa + " ", StringComparison.Ordinal)
        .Replace("\nED25519 ", "\n" + Ed25519 + " ", StringComparison.Ordinal);

    [Theory]
    [InlineData(Ed25519, Ed25519Print)]
    [InlineData(" " + Ed25519 + " root@controller-0", Ed25519Print)]
    [InlineData(Ed25519 + "\r", Ed25519Print)]
    [InlineData(Ecdsa, EcdsaPrint)]
    public void A_key_has_the_fingerprint_of_ssh_keygen(string line, string fingerprint) =>
        Assert.Equal(fingerprint, HostKey.OrNull(line)?.Fingerprint);

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 AAAA")]
    // It lost characters: whole base64, no key.
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGXufTVPLEEQ+Nzkh2+2h2Lkt+r+zclXhkrLcifr")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGXufTVPLEEQ+Nzkh2+2h2Lkt+r+zclXhkrLcifruLjhAAAA")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5")]
    [InlineData("ssh-ed25519 //////////////////////////////////////////8=")]
    // Another type than it says.
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGXufTVPLEEQ+Nzkh2+2h2Lkt+r+zclXhkrLcifruLjh")]
    [InlineData("@revoked * " + Ed25519)]
    [InlineData("ssh-ed25519\n" + "AAAAC3NzaC1lZDI1NTE5AAAAIGXufTVPLEEQ+Nzkh2+2h2Lkt+r+zclXhkrLcifruLjh")]
    public void What_is_no_key(string line) => Assert.Null(HostKey.OrNull(line));

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "[   12.345678] cloud-init[931]: ")]
    [InlineData("\r\n", "ec2: ")]
    public void A_console_shows_keys_and_fingerprints(string end, string prefix)
    {
        var shown = ConsoleHostKeys.Read(string.Join(end, Console.Split('\n').Select(line => prefix + line)));

        Assert.Equal([EcdsaPrint, Ed25519Print], shown.Keys.Select(key => key.Fingerprint));
        Assert.Equal([EcdsaPrint, Ed25519Print], shown.Fingerprints);
        Assert.True(shown.IsComplete);
    }

    [Fact]
    public void Each_cut_of_a_console_gives_whole_keys_or_none()
    {
        string console = Console;
        for (int cut = 0; cut <= console.Length; cut++)
        {
            Assert.All(new[] { ConsoleHostKeys.Read(console[..cut]), ConsoleHostKeys.Read(console[cut..]) }, shown =>
            {
                Assert.True(shown.Keys.Count is 0 or 2);
                Assert.True(shown.Fingerprints.Count is 0 or 2);
                Assert.All(shown.Keys, key => Assert.Contains(key.Fingerprint, new[] { EcdsaPrint, Ed25519Print }));
            });
        }
    }

    [Fact]
    public void The_last_boot_counts()
    {
        string other = Console.Replace("GXufTVPLEEQ", "GXufTVPLEER", StringComparison.Ordinal);

        Assert.Equal(2, ConsoleHostKeys.Read(other + "\n" + Console).Keys.Count);
        Assert.Equal(Ed25519Print, ConsoleHostKeys.Read(other + "\n" + Console).Keys[1].Fingerprint);
        Assert.NotEqual(Ed25519Print, ConsoleHostKeys.Read(Console + "\n" + other).Keys[1].Fingerprint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("controller-0 login: ")]
    [InlineData("-----END SSH HOST KEY KEYS-----\n-----BEGIN SSH HOST KEY KEYS-----\n" + Ed25519)]
    [InlineData("-----BEGIN SSH HOST KEY KEYS-----\n-----END SSH HOST KEY FINGERPRINTS-----\n" + Ed25519)]
    [InlineData("-----BEGIN SSH HOST KEY KEYS-----\n\u001b[31mssh-ed25519 x\n\0\n-----END SSH HOST KEY KEYS-----")]
    public void Nothing_is_read_into_other_text(string console)
    {
        var shown = ConsoleHostKeys.Read(console);

        Assert.Empty(shown.Keys);
        Assert.Empty(shown.Fingerprints);
        Assert.False(shown.IsComplete);
    }

    [Fact]
    public void A_hostile_console_of_the_largest_size_is_read()
    {
        string line = string.Concat(Enumerable.Repeat("ssh-", 25_000));

        Assert.Empty(ConsoleHostKeys.Read($"-----BEGIN SSH HOST KEY KEYS-----\n{line}\n-----END SSH HOST KEY KEYS-----").Keys);
    }
}
