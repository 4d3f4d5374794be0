using Hotstack.Http;

namespace Hotstack.OpenShift.Login;

/// <summary>
/// Connections that show the client certificate of a login. A certificate belongs to a connection, so a new one needs new connections;
/// those of the one before are closed when the last call over them has ended, as by client-go.
/// </summary>
/// <param name="connect">Makes connections that show a certificate.</param>
internal sealed class LoginConnections(Func<LoginCertificate, Api> connect) : IDisposable
{
    private readonly object _gate = new();
    private Pool? _current;

    /// <summary>Connections for one call; the caller disposes of the lease.</summary>
    public Lease Take(LoginCertificate certificate)
    {
        lock (_gate)
        {
            if (_current?.Certificate != certificate)
            {
                // First, as it may fail.
                var next = new Pool(certificate, connect(certificate));
                Retire(_current);
                _current = next;
            }

            _current.Calls++;
            return new Lease(this, _current);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _current?.Api.Dispose();
            _current = null;
        }
    }

    private static void Retire(Pool? pool)
    {
        if (pool is { IsRetired: false })
        {
            pool.IsRetired = true;
            if (pool.Calls == 0)
            {
                pool.Api.Dispose();
            }
        }
    }

    private void Return(Pool pool)
    {
        lock (_gate)
        {
            if (--pool.Calls == 0 && pool.IsRetired)
            {
                pool.Api.Dispose();
            }
        }
    }

    /// <summary>Connections that stay open until it is disposed of.</summary>
    internal sealed class Lease(LoginConnections owner, Pool pool) : IDisposable
    {
        public Api Api => pool.Api;

        public void Dispose() => owner.Return(pool);
    }

    internal sealed class Pool(LoginCertificate certificate, Api api)
    {
        public LoginCertificate Certificate { get; } = certificate;

        public Api Api { get; } = api;

        public int Calls { get; set; }

        public bool IsRetired { get; set; }
    }
}
