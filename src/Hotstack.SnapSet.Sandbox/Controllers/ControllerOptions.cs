namespace Hotstack.Sandbox.Controllers;

/// <summary>How a controller is made.</summary>
public sealed record ControllerOptions
{
    /// <summary>Whether it may be a real sshd, where there is one.</summary>
    public bool MayBeReal { get; init; } = true;

    /// <summary>Whether <c>ssh</c> shows the key by itself, as from an agent. Otherwise it needs <c>-i</c>.</summary>
    public bool ShowsKey { get; init; } = true;
}
