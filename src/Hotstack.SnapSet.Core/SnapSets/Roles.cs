namespace Hotstack.SnapSets;

/// <summary>Roles with a meaning of their own here; upstream's templates use others too.</summary>
internal static class Roles
{
    /// <summary>The virtual machine that serves and installs the others.</summary>
    public const string Controller = "controller";
}
