using System.Net;
using Hotstack.Deployments;
using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters.Revive;

/// <summary>Waits, through the controller, until hosts of the deployment accept TCP connections: switches that boot slowly, DevStack.</summary>
internal sealed class WaitForHosts(Cluster cluster, Dial dial, IReadOnlyList<AwaitedHost> hosts, IActivity activity)
{
    private const string Work = "Waiting for hosts";

    /// <summary>By the computer's clock, since it is for connections that hang.</summary>
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(15);

    private readonly List<AwaitedHost> _left = [.. hosts];
    private readonly Dictionary<AwaitedHost, string> _why = [];

    /// <exception cref="HotstackException">A host does not answer in its time (<c>HostNotReachable</c>).</exception>
    public async Task RunAsync(TimeSpan interval, TimeSpan timeout, CancellationToken stop)
    {
        DateTimeOffset began = cluster.Time.GetUtcNow();
        IActivity shown = activity.AtMost(timeout, cluster.Time);
        try
        {
            bool areThere = await Poll.UntilAsync(
                async token =>
                {
                    (AwaitedHost Host, string? Why)[] looked = await Fanout.SelectAsync(
                        _left.ToArray(), async (host, t) => (host, await TryAsync(host, t)), token);
                    foreach ((AwaitedHost host, string? why) in looked)
                    {
                        Note(host, why);
                    }

                    shown.Progress(new Tally(hosts.Count - _left.Count, hosts.Count, "hosts answer").Of(
                        Work, string.Join("; ", _left.Select(h => $"{h}: {_why.GetValueOrDefault(h)}"))));

                    TimeSpan spent = cluster.Time.GetUtcNow() - began;
                    return _left.Count == 0 ? true
                        : _left.Exists(host => spent >= host.Timeout) ? throw Late(spent)
                        : false;
                },
                interval, timeout, cluster.Time, stop);
            if (!areThere)
            {
                throw Late(timeout);
            }
        }
        finally
        {
            activity.Progress(new(Work, "") { Completed = true });
        }
    }

    private void Note(AwaitedHost host, string? why)
    {
        if (why is null)
        {
            _left.Remove(host);
            activity.Verbose($"{host} answers.");
        }
        else
        {
            _why[host] = why;
        }
    }

    /// <returns>Null if it answers; otherwise why not.</returns>
    private async Task<string?> TryAsync(AwaitedHost host, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(DialTimeout);
        try
        {
            await using Stream connection = await dial(new DnsEndPoint(host.Host, host.Port), limit.Token);
            return null;
        }
        catch (DialException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"no answer within {TimeText.Of(DialTimeout)}";
        }
    }

    private HotstackException Late(TimeSpan spent) =>
        new(ErrorCause.TimedOut, "HostNotReachable",
            $"After {TimeText.Of(spent)} these hosts do not answer the controller: "
                + $"{string.Join("; ", _left.Select(host => $"{host} ({_why.GetValueOrDefault(host)})"))}.")
        {
            Target = _left[0].ToString(),
            Hint = "Look at the console of the server behind the host: a switch takes up to half an hour to boot. The stack's outputs "
                + "wait_for_hosts and *_ansible_host name these hosts. Run the same command again to wait on.",
        };
}
