namespace Hotstack.Sandbox.Compute;

/// <summary>What cloud-init writes to a server's console of its SSH host keys (its <c>ssh_key_console_blacklist</c> and
/// <c>emit_keys_to_console</c>).</summary>
public enum ConsoleKeys
{
    /// <summary>The fingerprints and the keys.</summary>
    All,

    /// <summary>The fingerprints only.</summary>
    Fingerprints,

    /// <summary>Nothing.</summary>
    None,
}
