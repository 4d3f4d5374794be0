namespace Hotstack.Sandbox.Demo;

/// <summary>What the demo works on.</summary>
/// <param name="CloudsYaml">The path of the clouds.yaml.</param>
/// <param name="Kubeconfig">The path of the kubeconfig; null if it is on the controller.</param>
/// <param name="Template">The path of the template that the deployment was made from.</param>
/// <param name="StackName">The deployment's stack.</param>
internal sealed record DemoFiles(string CloudsYaml, string? Kubeconfig, string Template, string StackName)
{
    /// <summary>The folder of the ssh that leads to the controller, which comes first on the PATH; null without one.</summary>
    public string? BinFolder { get; init; }

    /// <summary>The home directory of who runs the demo: host keys are kept in it. Null for the user's own.</summary>
    public string? HomeFolder { get; init; }

    /// <summary>The stack that is made of the set.</summary>
    public string RestoredName => $"{StackName}-restored";
}
