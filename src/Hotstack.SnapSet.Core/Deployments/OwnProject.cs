using Hotstack.OpenStack;

namespace Hotstack.Deployments;

/// <summary>Keeps an object of another project from acting on ours of the same name.</summary>
internal static class OwnProject
{
    /// <summary>Requires that an object is of our project; passes where the object or the token does not name a project.</summary>
    /// <param name="cloud">The connection to use.</param>
    /// <param name="projectId">The object's project; null if unknown.</param>
    /// <param name="what">The object, as the subject of a sentence: <c>SnapSet 'mp65jst2'</c>.</param>
    /// <param name="target">The object's id.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="HotstackException">The object belongs to another project (<c>ProjectMismatch</c>).</exception>
    public static async Task RequireAsync(Cloud cloud, string? projectId, string what, string? target, CancellationToken stop)
    {
        if (projectId is not null && await cloud.GetProjectIdAsync(stop) is { } ours && ours != projectId)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ProjectMismatch",
                $"{what} belongs to project {projectId}, and cloud '{cloud.Name}' is logged in to project {ours}. Nothing was done.")
            {
                Target = target,
                Hint = "Choose the cloud of the object's project with -Cloud. To use the object with the same name or id in this project, "
                    + "type that name or id instead of passing the object.",
            };
        }
    }

    /// <summary>Requires that a stack or servers are of our project.</summary>
    public static async Task RequireAsync(Cloud cloud, InstanceSource source, CancellationToken stop)
    {
        foreach (string project in source.ProjectIds.Concat(source.Instances.Select(i => i.ProjectId)).OfType<string>().Distinct())
        {
            string? target = source.StackName ?? source.Instances.FirstOrDefault(i => i.ProjectId == project)?.StackName;
            await RequireAsync(cloud, project, target is null ? "A server among the instances" : $"Stack '{target}'", target, stop);
        }
    }
}
