using Hotstack.Sandbox.Compute;
using Hotstack.Ssh;
using Xunit;

namespace Hotstack.Deployments.Controllers;

/// <summary>The first contact with a controller, judged by its console.</summary>
public sealed class ControllerHostKeysTests : SandboxFixture
{
    private readonly string _home = Directory.CreateTempSubdirectory("hotstack-").FullName;

    private static SshTarget Target => new("203.0.113.17") { User = "zuul" };

    private KnownHosts Known => KnownHosts.OfUser(KnownHostsTests.Sources(_home));

    private ControllerHostKeys Keys => new(Cloud, Known, Activity);

    private string Id => Sandbox.Cloud.Server("controller").Id;

    private IReadOnlyList<HostKey> Real => [.. Sandbox.Cloud.HostKeys("controller").Select(key => HostKey.OrNull(key.Line)!)];

    [Fact]
    public async Task Keys_on_the_console_are_known_before_the_first_contact()
    {
        Assert.Null(await Keys.PrepareAsync(Id, isBooting: true, Stop));

        Assert.Equal(Real, Known.KeysOf(Id));
        Assert.Empty(Activity.Warnings);
        Assert.Contains(Activity.Steps, step => step.Contains(Real[0].Fingerprint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Known_keys_are_not_read_again()
    {
        Known.Add(Id, [Real[0]]);
        Sandbox.Calls.Clear();

        Assert.Null(await Keys.PrepareAsync(Id, isBooting: true, Stop));

        Assert.Empty(Calls);
        Assert.Equal([Real[0]], Known.KeysOf(Id));
    }

    [Fact]
    public async Task Fingerprints_on_the_console_judge_the_key_that_was_accepted()
    {
        Sandbox.Cloud.SetConsoleKeys("controller", ConsoleKeys.Fingerprints);
        FirstContact contact = (await Keys.PrepareAsync(Id, isBooting: false, Stop))!;
        Assert.Equal(Real.Select(key => key.Fingerprint), contact.Fingerprints);

        Keys.Confirm(contact, Target, [Real[1]]);

        Assert.Empty(Activity.Warnings);
    }

    [Fact]
    public async Task Another_key_than_the_consoles_is_refused()
    {
        Sandbox.Cloud.SetConsoleKeys("controller", ConsoleKeys.Fingerprints);
        FirstContact contact = (await Keys.PrepareAsync(Id, isBooting: false, Stop))!;
        HostKey foreign = HostKey.OrNull(HostKeyTests.Ed25519)!;

        var e = Assert.Throws<HotstackException>(() => Keys.Confirm(contact, Target, [foreign]));

        Assert.Equal(("HostKeyChanged", ErrorCause.Forbidden, Id), (e.Id, e.Cause, e.Target));
        Assert.Contains(foreign.Fingerprint, e.Message, StringComparison.Ordinal);
        Assert.All(Real, key => Assert.Contains(key.Fingerprint, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_proof_the_first_key_is_accepted_with_a_warning()
    {
        Sandbox.Cloud.SetConsoleKeys("controller", ConsoleKeys.None);
        FirstContact contact = (await Keys.PrepareAsync(Id, isBooting: true, Stop))!;
        Assert.Empty(contact.Fingerprints);

        Keys.Confirm(contact, Target, [Real[1]]);

        string warning = Assert.Single(Activity.Warnings);
        Assert.Contains("unproved", warning, StringComparison.Ordinal);
        Assert.Contains(Real[1].Fingerprint, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_booting_server_has_a_minute_to_show_them()
    {
        ControllerHostKeys keys = Keys;
        const string id = "11111111-2222-3333-4444-555555555555";

        var e = await Assert.ThrowsAsync<HotstackException>(() => keys.PrepareAsync(id, isBooting: true, Stop));
        Assert.Equal(("HostKeyNotShown", true), (e.Id, e.Cause.IsTransient));
        Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Empty((await keys.PrepareAsync(id, isBooting: true, Stop))!.Fingerprints);
        Assert.Empty((await Keys.PrepareAsync(id, isBooting: false, Stop))!.Fingerprints);
    }

    protected override void DisposeConnections() => Directory.Delete(_home, recursive: true);
}
