using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Deployments;
using Hotstack.Deployments.Members;
using Hotstack.Input;
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

    private bool _isStackTyped;

    /// <summary>The Heat stack of the deployment. Wildcards are permitted. By default all stacks of the project.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByStack)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNamePatternCompleter))]
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

    /// <summary>Only the instances with these names. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(InstanceNamePatternCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Without the instances with these names. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(InstanceNamePatternCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Only the instances with these roles, or a hashtable that gives roles to names: @{ 'master*' = 'ocp_master' }. With -Server
    /// one role for each element, in the same order, or the hashtable. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = ByStack), Parameter(ParameterSetName = ByPath), Parameter(Mandatory = true, ParameterSetName = ByServer)]
    [SupportsWildcards, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(RoleCompleter))]
    public object[] Role { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isStackTyped = MyInvocation.BoundParameters.TryGetValue(nameof(StackName), out object? stack) && stack is string;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string? path = FilePath(Path);
        RunItem(async run =>
        {
            InstanceChoice choice = InstanceChoiceInput.Read(Name, Exclude, Role);
            var find = new GetInstances(run.Cloud);
            if (ParameterSetName == ByStack && StackName is null && MyInvocation.ExpectingInput)
            {
                throw new HotstackException(
                    ErrorCause.InputInvalid, "InputObjectInvalid", "The object from the pipeline has no StackName.")
                {
                    Hint = "Pipe objects that name a stack, or run Get-HotstackInstance without a pipeline to list the servers of all stacks.",
                };
            }

            // The name of an object is not a pattern.
            bool isPattern = ParameterSetName == ByStack && (StackName is null || (_isStackTyped && Wildcard.IsPattern(StackName)));
            var source = new InstanceSource
            {
                StackName = isPattern ? null : StackName,
                StackPattern = isPattern ? StackName ?? "*" : null,
                ProjectIds = ProjectId is null ? [] : [ProjectId],
                Path = path,
                Servers = Server,
                Roles = Server.Length > 0 ? choice.Roles : [],
                Choice = Server.Length > 0 ? choice with { Roles = [] } : choice,
            };
            run.WriteEach(await find.RunAsync(source, run.Activity, run.Stop));
        });
    }
}
