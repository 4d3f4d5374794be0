using Hotstack.OpenStack;

namespace Hotstack.Deployments;

/// <summary>Finds the servers of a deployment, all of which have to be there.</summary>
internal sealed class DeploymentServers(Cloud cloud)
{
    /// <exception cref="ViolationsException">An instance names no server (<c>SnapSetDataInvalid</c>).</exception>
    /// <exception cref="HotstackException">One is not there (<c>ServerNotFound</c>), or of another project
    /// (<c>ProjectMismatch</c>); or as <see cref="FindInstances"/>.</exception>
    public async Task<IReadOnlyList<Instance>> FindAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        await OwnProject.RequireAsync(cloud, source, stop);
        string[] nameless = [.. source.Instances.Where(i => !Guid.TryParse(i.Id, out _)).Select(i => $"instance '{i.Name}': '{i.Id}' is not the UUID of a server")];
        if (nameless.Length > 0)
        {
            throw new ViolationsException("SnapSetDataInvalid", "The instances", nameless);
        }

        var find = new FindInstances(cloud);
        IReadOnlyList<Instance> instances = source.Instances.Count > 0
            ? [.. (await find.LookUpAsync(source.Instances, stop)).Select(found => found.Instance)]
            : await find.RunAsync(source, activity, stop);
        string[] missing = [.. instances.Where(i => i.Status == FindInstances.NotFound).Select(i => $"{i.Name} ({i.Id})")];
        return missing.Length == 0
            ? instances
            : throw new HotstackException(
                ErrorCause.NotFound, "ServerNotFound", $"There is no such server in this project: {string.Join(", ", missing)}.")
            {
                Target = missing[0],
                Hint = "If the deployment was deleted, name the stack that was restored from the set by -StackName.",
            };
    }
}
