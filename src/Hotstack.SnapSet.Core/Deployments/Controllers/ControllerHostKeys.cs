using Hotstack.OpenStack;
using Hotstack.Ssh;

namespace Hotstack.Deployments.Controllers;

/// <summary>Decides which host keys a controller may show: those that are known of its server; at the first contact those that cloud-init
/// prints on the server's console; without these the first ones that it shows.</summary>
/// <param name="cloud">The cloud of the server.</param>
/// <param name="known">The file of known keys.</param>
/// <param name="activity">Receives what was accepted, and why.</param>
internal sealed class ControllerHostKeys(Cloud cloud, KnownHosts known, IActivity activity)
{
    /// <summary>sshd of a booting machine answers before cloud-init prints the keys.</summary>
    private static readonly TimeSpan ConsoleGrace = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _askedAt;

    /// <summary>Before a connection: makes the keys known if the console shows them.</summary>
    /// <param name="server">The server's UUID.</param>
    /// <param name="isBooting">Whether the server may have just started, so that its console is not complete yet.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>What has to be done after the connection.</returns>
    /// <exception cref="HotstackException">The console does not show the keys yet (<c>HostKeyNotShown</c>), or
    /// <c>KnownHostsInvalid</c>.</exception>
    public async Task<FirstContact?> PrepareAsync(string server, bool isBooting, CancellationToken stop)
    {
        if (known.Contains(server))
        {
            return null;
        }

        ConsoleHostKeys shown = ConsoleHostKeys.Read(await ConsoleAsync(server, stop) ?? "");
        if (shown.Keys.Count > 0)
        {
            known.Add(server, shown.Keys);
            activity.Verbose($"The console of server {server} shows its host keys: "
                + $"{string.Join(", ", shown.Keys.Select(key => $"{key.Fingerprint} ({key.Type})"))}. Only these are accepted.");
            return null;
        }

        _askedAt ??= cloud.Time.GetUtcNow();
        if (isBooting && shown is { Fingerprints.Count: 0, IsComplete: false } && cloud.Time.GetUtcNow() - _askedAt < ConsoleGrace)
        {
            throw new HotstackException(
                ErrorCause.ServiceUnavailable, "HostKeyNotShown", $"The console of server {server} does not show its host keys yet.")
            {
                Target = server,
                Hint = "Run the same command again when the controller has booted.",
            };
        }

        return new FirstContact(server, shown.Fingerprints);
    }

    /// <summary>After the first connection: compares the key that was accepted with the console, or reports it.</summary>
    /// <exception cref="HotstackException">It is another one (<c>HostKeyChanged</c>).</exception>
    public void Confirm(FirstContact contact, SshTarget target, IReadOnlyList<HostKey> accepted)
    {
        HostKey? foreign = accepted.FirstOrDefault(key => !contact.Fingerprints.Contains(key.Fingerprint));
        string shown = string.Join(", ", accepted.Select(key => $"{key.Fingerprint} ({key.Type})"));
        if (contact.Fingerprints.Count == 0)
        {
            activity.Warning($"The console of server {contact.Server} does not show the host key of the controller {target}. The module "
                + $"accepts this key unproved, and from now on no other: {shown}.");
        }
        else if (foreign is not null)
        {
            throw new HotstackException(
                ErrorCause.Forbidden, "HostKeyChanged",
                $"The controller {target}, server {contact.Server}, shows another host key than its console. The console shows "
                + $"{string.Join(", ", contact.Fingerprints)}; the machine shows {foreign.Fingerprint} ({foreign.Type}).")
            {
                Target = contact.Server,
                Hint = "Check the floating IP: another machine may have this address.",
            };
        }
        else
        {
            activity.Verbose($"The host key of the controller {target} is that on the console of server {contact.Server}: {shown}.");
        }
    }

    /// <returns>Null if Nova does not give it: the server is off, or has no such console.</returns>
    private async Task<string?> ConsoleAsync(string server, CancellationToken stop)
    {
        try
        {
            return await cloud.Compute.GetConsoleOutputAsync(server, stop);
        }
        catch (HotstackException e)
        {
            activity.Verbose($"Nova does not give the console output of server {server}: {e.Message}");
            return null;
        }
    }
}

/// <summary>The first contact with a server whose keys are not known.</summary>
/// <param name="Server">Its UUID.</param>
/// <param name="Fingerprints">The fingerprints that its console shows; empty for none.</param>
internal sealed record FirstContact(string Server, IReadOnlyList<string> Fingerprints);
