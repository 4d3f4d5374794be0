using System.Management.Automation;
using Hotstack.Completion;
using Hotstack.Deployments.Controllers;
using Hotstack.Input;

namespace Hotstack.Commands;

/// <summary>The base of the cmdlets that use a cluster: the way to it.</summary>
public abstract class ClusterWayCmdlet : HotstackCmdlet
{
    private protected ClusterWayCmdlet()
    {
    }

    /// <summary>The kubeconfig; together with -Controller, a path there. By default those that KUBECONFIG names; otherwise the one on the
    /// deployment's controller; otherwise ~/.kube/config. No wildcards.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <summary>The controller through which ssh reaches the cluster: user@host[:port], a Host of your ssh config, or the value of the
    /// stack's output controller_ansible_host. By default that of the deployment.</summary>
    [Parameter, ControllerIdentity, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ControllerCompleter))]
    public ControllerAddress? Controller { get; set; }

    /// <summary>The private key for the controller. By default those of your agent and your ssh config. No wildcards.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>The context in the kubeconfig. By default its current one.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContextCompleter))]
    public string? Context { get; set; }

    private protected override ClusterChoice ClusterChoice => new()
    {
        Kubeconfig = Controller is null ? FilePath(Kubeconfig) : Kubeconfig,
        Context = string.IsNullOrEmpty(Context) ? null : Context,
        Controller = Controller,
        KeyFile = FilePath(KeyFilePath),
    };
}
