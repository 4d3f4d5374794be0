namespace Hotstack.OpenShift.Login;

/// <summary>A login to a cluster, which has to be repeated from time to time.</summary>
internal interface ILogin : IDisposable
{
    /// <summary>What is left of a credential's life when it is replaced.</summary>
    TimeSpan LeastLife { get; }

    /// <summary>Whether a credential that the server refuses (401) is replaced before its time.</summary>
    bool ReplacesRefused { get; }

    /// <summary>What to advise when the server refuses what the login gave.</summary>
    string RefusedHint { get; }

    /// <summary>Logs in.</summary>
    /// <exception cref="LoginException">It failed.</exception>
    /// <exception cref="Http.ServiceException">A service that it needs refused or failed it.</exception>
    Task<LoginCredential> RunAsync(CancellationToken stop);
}
