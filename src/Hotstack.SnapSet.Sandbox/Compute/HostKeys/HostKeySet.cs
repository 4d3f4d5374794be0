namespace Hotstack.Sandbox.Compute.HostKeys;

/// <summary>The host keys on a disk, made when somebody first looks at them.</summary>
internal sealed class HostKeySet
{
    private readonly Lazy<IReadOnlyList<SshKey>> _keys = new(() => [SshKey.NewEcdsa(), SshKey.NewEd25519(), SshKey.NewRsa()]);

    /// <summary>One of each kind that cloud-init makes on the controller's system, in the order of its files' names.</summary>
    public IReadOnlyList<SshKey> Keys => _keys.Value;
}
