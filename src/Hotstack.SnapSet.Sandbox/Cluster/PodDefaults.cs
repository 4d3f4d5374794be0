using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Cluster;

/// <summary>What the API server fills in where a pod does not say it (Kubernetes' <c>pkg/apis/core/v1/defaults.go</c>).</summary>
internal static class PodDefaults
{
    /// <param name="spec">The pod's, changed here.</param>
    public static void Fill(JsonObject spec)
    {
        var account = spec.Text("serviceAccountName") ?? "default";
        (spec["serviceAccountName"], spec["serviceAccount"]) = (account, account);
        FillTemplate(spec);
    }

    /// <summary>In a template of pods no admission has put an account.</summary>
    public static void FillTemplate(JsonObject spec)
    {
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["dnsPolicy"] ??= "ClusterFirst";
        spec["schedulerName"] ??= "default-scheduler";
        spec["securityContext"] ??= new JsonObject();
        spec["enableServiceLinks"] ??= true;
        foreach (var container in spec.Each("containers").Concat(spec.Each("initContainers")))
        {
            container["resources"] ??= new JsonObject();
            container["terminationMessagePath"] ??= "/dev/termination-log";
            container["terminationMessagePolicy"] ??= "File";
            container["imagePullPolicy"] ??= PullPolicy(container.Text("image") ?? "");
        }
    }

    /// <summary>An image without a tag, or with the tag latest, is always pulled.</summary>
    private static string PullPolicy(string image)
    {
        var last = image[(image.LastIndexOf('/') + 1)..];
        return last.Contains('@', StringComparison.Ordinal)
            || (last.Contains(':', StringComparison.Ordinal) && !last.EndsWith(":latest", StringComparison.Ordinal)) ? "IfNotPresent" : "Always";
    }
}
