using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Deployments.Controllers;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenStack;

namespace Hotstack.Trials.Workflows;

/// <summary>The way to a cluster behind its controller.</summary>
/// <param name="Stack">The stack of the controller.</param>
/// <param name="IsBooting">Whether the command starts the controller.</param>
/// <param name="Program">The ssh that leads there.</param>
/// <param name="Home">The user's home, for the known host keys.</param>
internal sealed record Route(string Stack, bool IsBooting, string Program, string Home)
{
    /// <summary>Prepares a connection as <see cref="ClusterAccess"/> does where the user names a stack and no kubeconfig.</summary>
    /// <param name="sources">The user's machine.</param>
    /// <param name="cloud">Connects to the cloud.</param>
    /// <param name="activity">Receives the choice.</param>
    /// <param name="time">The clock.</param>
    /// <param name="wire">Sees all calls.</param>
    /// <param name="copy">The servers of a copy, to which only its own controller leads; null for the stack.</param>
    public Cluster Connect(
        ConfigurationSources sources, Func<Cloud> cloud, IActivity activity, ManualClock time, Interceptor wire, InstanceSource? copy = null)
    {
        var way = new ControllerWay(
            new ClusterChoice { IsOfDeployment = copy is not null }, sources with { HomeDirectory = Home },
            copy ?? new InstanceSource { StackName = Stack }, cloud,
            IsBooting ? ClusterPurpose.Revive : ClusterPurpose.Change, activity)
        {
            Program = Program,
        };
        return Cluster.Later(
            way.ClusterName, stop => time.Work.RunAsync(() => way.ConfigureAsync(stop)), way, activity, time, wire);
    }
}
