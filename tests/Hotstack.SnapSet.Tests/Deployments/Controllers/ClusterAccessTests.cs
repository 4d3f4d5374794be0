using System.Text;
using Hotstack.Configuration;
using Hotstack.OpenShift;
using Xunit;

namespace Hotstack.Deployments.Controllers;

/// <summary>Which way leads to a cluster: the first of -Kubeconfig, -Controller, KUBECONFIG, the deployment's controller and
/// ~/.kube/config.</summary>
public sealed class ClusterAccessTests : SandboxFixture
{
    /// <summary>No file can be there, so that the way to a controller ends before ssh starts.</summary>
    private const string Home = "/dev/null/home";

    private const string InstanceId = "/var/lib/cloud/data/instance-id";

    private readonly HashSet<string> _opened = [];

    [Theory]
    [InlineData("named", true, false, true, true, false)]
    [InlineData("named", true, false, false, false, false)]
    [InlineData("variable", false, false, true, true, false)]
    [InlineData("variable", false, false, true, false, true)]
    [InlineData("home", false, false, false, false, false)]
    [InlineData("home", false, false, false, true, true)]
    [InlineData("the controller me@203.0.113.17, from -Controller", false, true, true, true, false)]
    [InlineData("the controller me@203.0.113.17, from -Controller", true, true, true, true, false)]
    [InlineData("the controller me@203.0.113.17, from -Controller", false, true, false, true, true)]
    [InlineData("the controller zuul@203.0.113.17, from the outputs of stack hs-multi", false, false, false, true, false)]
    public async Task The_first_of_these_decides(
        string way, bool hasKubeconfig, bool hasController, bool hasVariable, bool hasDeployment, bool isOnController)
    {
        Cluster cluster = Connect(hasKubeconfig, hasController, hasVariable, hasDeployment, isOnController);
        if (way.StartsWith("the controller", StringComparison.Ordinal))
        {
            Assert.False(cluster.IsOpen);
            Assert.Equal("KnownHostsInvalid", (await Assert.ThrowsAsync<HotstackException>(() => cluster.OpenAsync(Stop))).Id);
            Assert.Contains(Activity.Steps, step => step.StartsWith($"Using {way}", StringComparison.Ordinal));
            Assert.DoesNotContain(_opened, path => path.EndsWith("config", StringComparison.Ordinal));
        }
        else
        {
            await cluster.OpenAsync(Stop);
            Assert.Equal(way, cluster.Context);
            Assert.Single(_opened, path => path != InstanceId);
        }

        cluster.Dispose();
    }

    [Fact]
    public void A_named_controller_without_a_deployment_needs_no_cloud()
    {
        var choice = new ClusterChoice { Controller = new ControllerAddress("ctl") };

        var access = new ClusterAccess(choice, Sources(false, null), () => throw new InvalidOperationException("no cloud"), Activity);
        using Cluster cluster = access.Connect(null, ClusterPurpose.Look);

        Assert.Equal((false, "ctl"), (cluster.IsOpen, cluster.Name));
    }

    [Fact]
    public void The_name_of_a_cluster_behind_a_controller_is_its_stacks()
    {
        using Cluster cluster = Connect(false, false, false, true, false);

        Assert.Equal("hs-multi", cluster.Name);
    }

    private Cluster Connect(bool hasKubeconfig, bool hasController, bool hasVariable, bool hasDeployment, bool isOnController)
    {
        var choice = new ClusterChoice
        {
            Kubeconfig = hasKubeconfig ? "/named-config" : null,
            Controller = hasController ? new ControllerAddress("203.0.113.17", "me") : null,
        };
        string? id = isOnController ? Sandbox.Cloud.Server("controller").Id : null;
        return new ClusterAccess(choice, Sources(hasVariable, id), () => Cloud, Activity)
            .Connect(hasDeployment ? new InstanceSource { StackName = "hs-multi" } : null, ClusterPurpose.Change);
    }

    private ConfigurationSources Sources(bool hasVariable, string? instanceId) => ConfigurationSources.OfThisProcess() with
    {
        Platform = ConfigurationPlatform.Linux,
        HomeDirectory = Home,
        Variables = hasVariable ? new Dictionary<string, string> { ["KUBECONFIG"] = "/variable-config" } : [],
        OpenFile = path =>
        {
            string? text = path switch
            {
                "/named-config" => Kubeconfig("named"),
                "/variable-config" => Kubeconfig("variable"),
                Home + "/.kube/config" => Kubeconfig("home"),
                InstanceId => instanceId + "\n",
                _ => null,
            };
            _opened.Add(path);
            return text is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(text));
        },
    };

    private static string Kubeconfig(string context) => $"""
        current-context: {context}
        contexts:
        - name: {context}
          context:
            cluster: c
            user: u
        clusters:
        - name: c
          cluster:
            server: https://api.ocp.example:6443
        users:
        - name: u
          user:
            token: t
        """;
}
