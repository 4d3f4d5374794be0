using System.Collections;
using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Input;
using Hotstack.Playbooks;

namespace Hotstack.Commands;

/// <summary>Runs the playbooks of a Hotstack checkout with ansible-playbook: deploys a scenario from nothing, or completes a restored
/// one.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "HotstackPlaybook", SupportsShouldProcess = true)]
[OutputType(typeof(PlaybookRun))]
public sealed class InvokeHotstackPlaybook : HotstackCmdlet
{
    /// <summary>The folder of a checkout of openstack-k8s-operators/hotstack. By default the current folder.</summary>
    [Parameter(Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>Files of variables, such as the scenario's bootstrap_vars.yml and your own. A later file has precedence.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ParameterFile { get; set; } = [];

    /// <summary>Variables of Ansible. They have precedence over those of the files.</summary>
    [Parameter, ValidateNotNull]
    public IDictionary? Variable { get; set; }

    /// <summary>The name of the stack. By default the variable stack_name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StackNameCompleter))]
    public string? StackName { get; set; }

    /// <summary>The stages. By default those that are left to do: of Infra, Controller and OpenShift, or on a restored stack of Controller,
    /// VirtualBmc and Rhoso.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(FixedValueCompleter))]
    [FixedValues(
        "Infra: 01-infra.yml, makes the Heat stack",
        "Controller: 02-bootstrap_controller.yml, sets up the controller",
        "OpenShift: 03-install_ocp.yml, installs OpenShift",
        "MicroShift: 03-setup_microshift.yml, installs MicroShift",
        "PodmanBmc: 03-redfish_vbmc_podman.yml, virtual BMC on the controller",
        "VirtualBmc: 04-redfish_virtual_bmc.yml, virtual BMC in the cluster",
        "DevStack: 04-install_devstack.yml, installs DevStack",
        "Rhoso: 05_deploy_rhoso.yml, deploys RHOSO",
        "HotLoop: 05-hotloop-stages.yml, runs the stages of the scenario",
        "TestOperator: 06-test-operator.yml, runs the tests of the scenario",
        "Logs: 07-collect-logs.yml, collects logs")]
    public string[] Stage { get; set; } = [];

    /// <summary>The folder for the log of Ansible. By default upstream's working directory, which is the checkout.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>The timeout of all stages together: 90m, 6h. By default six hours.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(DurationCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(6);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        (string checkout, string? log) = (FilePath(Path)!, FilePath(LogPath));
        string[] files = [.. ParameterFile.Select(file => FilePath(file, nameof(ParameterFile))!)];
        List<string> secrets = [];
        PlaybookRequest? request = null;
        PlaybookVariables? variables = null;
        Run(async run =>
        {
            request = new PlaybookRequest
            {
                Checkout = checkout,
                ParameterFiles = files,
                Variables = ParameterInput.ToVariables(Variable, secrets),
                Secrets = secrets,
                StackName = StackName,
                Stages = Stage,
                LogFolder = log,
                Timeout = Timeout,
                HasCredential = Credential is not null,
            };
            variables = await new CheckPlaybooks().RunAsync(request, run.Activity, run.Stop);
        });
        Run(async run =>
        {
            run.Prefer(variables!.CloudWish);
            run.Write(await new RunPlaybooks(run.Cloud).RunAsync(request!, variables, run.Activity, run.ConfirmAsync, run.Stop));
        });
    }
}
