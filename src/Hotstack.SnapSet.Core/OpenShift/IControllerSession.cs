using Hotstack.Http;

namespace Hotstack.OpenShift;

/// <summary>What else the way to a cluster through its controller can do: reach other hosts there, and run a script.</summary>
internal interface IControllerSession
{
    /// <summary>Connects to a host that the controller reaches, by a name that it resolves; null while there is no connection to the
    /// controller.</summary>
    Dial? Dial { get; }

    /// <summary>Runs a script of ours by the controller's <c>sh</c>.</summary>
    /// <param name="script">The script, which ends within half a minute.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>What it printed; null while there is no connection to the controller, or if the script failed.</returns>
    /// <exception cref="HotstackException">ssh failed.</exception>
    Task<string?> RunAsync(string script, CancellationToken stop);
}
