using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Deployments;
using Hotstack.SnapSets;

namespace Hotstack.Commands;

/// <summary>Gets the instances of a deployment: what a SnapSet would freeze.</summary>
[Cmdlet(VerbsCommon.Get, "HotstackInstance", DefaultParameterSetName = ByStack)]
[OutputType(typeof(Instance))]
public sealed class GetHotstackInstance : HotstackCmdlet
{
    private const string ByStack = "ByStack";
    private const string ByPath = "ByPath";
    private const string ByServer = "ByServer";

    /// <summary>The Heat stack whose output snapset_data lists the instances.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByStack)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>The id of the stack's project, from an object of the pipeline. It must be the project of the login.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByStack)]
    [ValidateNotNullOrEmpty]
    public string? ProjectId { get; set; }

    /// <summary>A YAML or JSON file with snapset_data, such as upstream's outputs of a stack. Wildcards are not permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Servers, by name or by id. Wildcards are permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ServerCompleter))]
    public string[] Server { get; set; } = [];

    /// <summary>One role for each element of -Server, in the same order: controller, ocp_master …</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RoleCompleter))]
    public string[] Role { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var source = new InstanceSource
        {
            StackName = StackName,
            ProjectIds = ProjectId is null ? [] : [ProjectId],
            Path = FilePath(Path),
            Servers = Server,
            Roles = Role,
        };
        RunItem(async run => run.WriteEach(await new GetInstances(run.Cloud).RunAsync(source, run.Activity, run.Stop)));
    }
}
