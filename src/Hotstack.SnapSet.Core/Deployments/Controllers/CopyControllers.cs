namespace Hotstack.Deployments.Controllers;

/// <summary>Errors of the way to the cluster of a copy. It leads only through the copy's own controller: names, addresses and identity of the
/// cluster are those of the original.</summary>
internal static class CopyControllers
{
    private const string ByHand = "Renew this SnapSet by hand: Restore-HotstackSnapSet, Invoke-HotstackRevive -Kubeconfig, "
        + "New-HotstackSnapSet -Prepare -Kubeconfig.";

    /// <summary>The set has no controller, so that no copy of it has one.</summary>
    /// <param name="setId">The set.</param>
    public static HotstackException None(string setId) => new(
        ErrorCause.NotFound, "ControllerMissing",
        $"SnapSet {setId} has no controller. Only its own controller leads to the cluster of a copy; a kubeconfig may lead to the original. "
        + "Nothing was made.")
    {
        Target = setId,
        Hint = ByHand,
    };

    /// <summary>The stack has no controller, or its address is no floating IP of that.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="address">The address that its output names; null for no controller.</param>
    public static HotstackException NotKnown(string stack, ControllerAddress? address) => address is null
        ? new(ErrorCause.NotFound, "ControllerMissing",
            $"Stack '{stack}' has no controller, and a kubeconfig of this machine may lead to the cluster that it is a copy of.")
        {
            Target = stack,
            Hint = ByHand,
        }
        : new(ErrorCause.Conflict, "ControllerNotConfirmed",
            $"Stack '{stack}' names {address} as its controller's address, but that is no floating IP of its controller: "
            + "it may lead to the cluster that the stack is a copy of.")
        {
            Target = address.Host,
            Hint = "Use a template whose output controller_ansible_host is the floating IP of its controller. " + ByHand,
        };
}
