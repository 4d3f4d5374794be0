namespace Hotstack.Playbooks;

/// <summary>A playbook of upstream's checkout.</summary>
/// <param name="Name">Its name here: <c>Controller</c>.</param>
/// <param name="File">Its file in the checkout: <c>02-bootstrap_controller.yml</c>.</param>
/// <remarks>openstack-k8s-operators/hotstack at 6d9e247: bootstrap.yml, bootstrap_devstack.yml and create-snapset.yml import them in this
/// order.</remarks>
public sealed record PlaybookStage(string Name, string File)
{
    /// <summary>Makes the Heat stack.</summary>
    public static readonly PlaybookStage Infra = new("Infra", "01-infra.yml");

    /// <summary>Sets up the controller.</summary>
    public static readonly PlaybookStage Controller = new("Controller", "02-bootstrap_controller.yml");

    /// <summary>Installs OpenShift.</summary>
    public static readonly PlaybookStage OpenShift = new("OpenShift", "03-install_ocp.yml");

    /// <summary>All stages, in the order in which they run.</summary>
    public static IReadOnlyList<PlaybookStage> All { get; } =
    [
        Infra,
        Controller,
        OpenShift,
        new("MicroShift", "03-setup_microshift.yml"),
        new("PodmanBmc", "03-redfish_vbmc_podman.yml"),
        new("VirtualBmc", "04-redfish_virtual_bmc.yml"),
        new("DevStack", "04-install_devstack.yml"),
        new("Rhoso", "05_deploy_rhoso.yml"),
        new("HotLoop", "05-hotloop-stages.yml"),
        new("TestOperator", "06-test-operator.yml"),
        new("Logs", "07-collect-logs.yml"),
    ];

    /// <summary>What a deployment from nothing needs before it is frozen.</summary>
    public static IReadOnlyList<PlaybookStage> FromNothing { get; } = [Infra, Controller, OpenShift];

    /// <summary>What a restored and revived stack needs: its servers and its controller's address are new.</summary>
    public static IReadOnlyList<PlaybookStage> AfterRevival { get; } = [Controller, .. All.Where(stage => stage.Name is "VirtualBmc" or "Rhoso")];

    /// <summary>It would replace what a restored stack holds: the stack by another one, or the cluster by a new one.</summary>
    public bool DestroysRestored => Name is "Infra" or "OpenShift" or "MicroShift";

    /// <summary>The stages of these names, in the order in which they run.</summary>
    internal static IReadOnlyList<PlaybookStage> Of(IEnumerable<string> names) =>
        [.. All.Where(stage => names.Contains(stage.Name, StringComparer.OrdinalIgnoreCase))];

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
