namespace Hotstack.Sandbox.Seeds;

/// <summary>The variables of the deployment that is there from the start, in a file like upstream's bootstrap_vars.yml.</summary>
internal static class BootstrapVars
{
    public const string FileName = "bootstrap_vars.yml";

    /// <summary>Writes them for a template in a file of a path.</summary>
    public static string Write(SandboxCloud cloud, string templatePath) => $"""
        ---
        os_cloud: sandbox
        scenario: {ScenarioOf(cloud)}
        stack_template_path: '{templatePath.Replace("'", "''", StringComparison.Ordinal)}'
        openshift_version: stable-4.18

        stack_name: "{(cloud.Stacks is [var first, ..] ? first.Name : "")}"
        stack_parameters:
          dns_servers:
            - 192.0.2.1
            - 192.0.2.2
          ntp_servers: []
          router_external_network: external
          floating_ip_network: external
          controller_params:
            image: hotstack-controller
            flavor: hotstack.small
          ocp_master_params:
            image: ipxe-boot-usb
            flavor: hotstack.xxlarge
        {(cloud.Options.Scenario == Scenario.Sno ? "" : """
          ocp_worker_params:
            image: ipxe-boot-usb
            flavor: hotstack.xxlarge

        """)}
        """;

    private static string ScenarioOf(SandboxCloud cloud) => cloud.Options.Scenario == Scenario.Sno ? "sno" : "multi-node";
}
