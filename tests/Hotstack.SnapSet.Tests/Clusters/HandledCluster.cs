using Hotstack.Http;
using Hotstack.OpenShift;

namespace Hotstack.Clusters;

/// <summary>A cluster whose API server answers by script.</summary>
internal static class HandledCluster
{
    public static Cluster Connect(ScriptedHandler handler, IActivity? activity = null)
    {
        activity ??= new RecordingActivity();
        var configuration = new ClusterConfiguration
        {
            Context = "test",
            ClusterName = "test",
            Server = new Uri("https://api.test:6443"),
            Tls = new TlsConfiguration(),
            Token = "token",
        };
        return Cluster.Connect(configuration, handler.Api(activity), activity, handler.Clock);
    }
}
