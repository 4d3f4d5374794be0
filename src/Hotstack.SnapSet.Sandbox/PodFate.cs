namespace Hotstack.Sandbox;

/// <summary>What happens to helper pods on a node.</summary>
public enum PodFate
{
    /// <summary>They run and succeed.</summary>
    Succeed,

    /// <summary>Their command fails with code 1 and does nothing.</summary>
    Fail,

    /// <summary>Their command never ends and does nothing.</summary>
    Hang,

    /// <summary>Their image cannot be pulled.</summary>
    ImagePullError,

    /// <summary>They succeed, but a shutdown they ask for is not scheduled.</summary>
    NoShutdown,
}
