using Hotstack.Configuration;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.Ssh;

namespace Hotstack.Deployments.Controllers;

/// <summary>What the user says about the way to a cluster.</summary>
public sealed record ClusterChoice
{
    /// <summary>A kubeconfig by its absolute path; with <see cref="Controller"/> a path there, as written. Null for none.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>A context of the kubeconfig; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The controller; null to find it, if the cluster is behind one.</summary>
    public ControllerAddress? Controller { get; init; }

    /// <summary>A private key for the controller, by its absolute path; null for those of the agent and the ssh config.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Only the deployment's own controller leads to the cluster. The kubeconfigs of this machine may name the cluster that the
    /// deployment is a copy of: both have the same identity and the same names.</summary>
    public bool IsOfDeployment { get; init; }

    /// <summary>The user says which cluster is meant.</summary>
    public bool IsNamed => (Kubeconfig ?? Context) is not null || Controller is not null;
}

/// <summary>What a cluster is needed for.</summary>
public enum ClusterPurpose
{
    /// <summary>To look at it: nothing else compares it with the deployment.</summary>
    Look,

    /// <summary>To wait for it: the controller may be starting, and nothing else compares the cluster with the deployment.</summary>
    Wait,

    /// <summary>To change it, after its nodes have been compared with the servers.</summary>
    Change,

    /// <summary>To revive it: the controller may be starting.</summary>
    Revive,
}

/// <summary>Connects to clusters, directly or through the controller of their deployment. The first of these decides: a kubeconfig that is
/// named, a controller that is named, <c>KUBECONFIG</c>, the controller of the deployment, <c>~/.kube/config</c>.</summary>
/// <param name="choice">What the user says.</param>
/// <param name="sources">The variables and files of this machine.</param>
/// <param name="cloud">Connects to the cloud; called only if it is needed.</param>
/// <param name="activity">Receives the choice, and a report of each call.</param>
public sealed class ClusterAccess(ClusterChoice choice, ConfigurationSources sources, Func<Cloud> cloud, IActivity activity)
{
    private const string Variable = "KUBECONFIG";

    /// <summary>Whether <c>KUBECONFIG</c> names kubeconfigs.</summary>
    public static bool HasVariable(ConfigurationSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return sources.Variable(Variable) is not null;
    }

    /// <summary>Checks that this machine can reach controllers at all.</summary>
    /// <exception cref="HotstackException">It has no ssh (<c>SshClientMissing</c>).</exception>
    public static void RequireClient() => SshTunnel.RequireClientForControllers();

    /// <summary>The connection to the cluster of a deployment. One through a controller is not open yet.</summary>
    /// <param name="deployment">The servers of the deployment; null if they are not known.</param>
    /// <param name="purpose">What it is needed for.</param>
    /// <exception cref="HotstackException">The kubeconfig of this machine cannot be used (<see cref="KubeconfigLoader.Load"/>).</exception>
    public Cluster Connect(InstanceSource? deployment, ClusterPurpose purpose)
    {
        if (choice.Controller is null && (choice.Kubeconfig is not null || (HasVariable(sources) && !choice.IsOfDeployment) || deployment is null))
        {
            if (purpose is (ClusterPurpose.Look or ClusterPurpose.Wait) && deployment is not null && choice.Kubeconfig is null)
            {
                activity.Warning($"{Variable} has precedence: this is the cluster of its kubeconfig, which may not be the deployment's. "
                    + $"Unset {Variable} to use the deployment's controller.");
            }

            activity.Verbose(choice.Kubeconfig is not null ? "Using the kubeconfig of -Kubeconfig."
                : HasVariable(sources) ? $"Using the kubeconfig of {Variable}."
                : "No deployment is named: using ~/.kube/config.");
            return Cluster.Connect(new KubeconfigLoader(sources).Load(choice.Kubeconfig, choice.Context, activity), activity);
        }

        var way = new ControllerWay(choice, sources, deployment, deployment is null ? null : cloud, purpose, activity);
        return Cluster.Later(way.ClusterName, way.ConfigureAsync, way, activity, find: way.FindWayAsync);
    }
}
