namespace Hotstack.Sandbox.Demo;

/// <summary>What the demo works on.</summary>
/// <param name="CloudsYaml">The path of the clouds.yaml.</param>
/// <param name="Kubeconfig">The path of the kubeconfig.</param>
/// <param name="Template">The path of the template that the deployment was made from.</param>
/// <param name="StackName">The deployment's stack.</param>
internal sealed record DemoFiles(string CloudsYaml, string Kubeconfig, string Template, string StackName)
{
    /// <summary>The stack that is made of the set.</summary>
    public string RestoredName => $"{StackName}-restored";
}
