using System.Text.Json;
using System.Text.Json.Nodes;
using Hotstack.Http;
using Hotstack.OpenShift;
using Xunit;
using k8s;
using k8s.Models;

namespace Hotstack.Contract.Clusters;

/// <summary>What the API server says about itself, about unknown paths and about permissions.</summary>
public abstract class KubeApiTests(ContractCluster on) : KubeContractTests(on)
{
    [ContractFact]
    public async Task Discovery_documents_have_their_kinds()
    {
        foreach ((string path, string kind) in ((string, string)[])
        [
            ("/api", "APIVersions"), ("/apis", "APIGroupList"), ("/api/v1", "APIResourceList"), ("/apis/apps", "APIGroup"),
            ("/apis/apps/v1", "APIResourceList"), ("/apis/config.openshift.io/v1", "APIResourceList"),
        ])
        {
            Assert.Equal((path, kind), (path, (await CallAsync("GET", path)).Json().GetProperty("kind").GetString()));
        }
    }

    [ContractFact]
    public async Task An_unknown_path_of_a_built_in_group_is_a_404_with_a_status()
    {
        foreach (string path in (string[])["/api/v2", "/api/v1/things", "/apis/apps/v1/things"])
        {
            ApiResponse answer = await CallAsync("GET", path);

            Assert.Equal((path, 404), (path, answer.Status));
            Assert.Equal("the server could not find the requested resource", answer.Json().GetProperty("message").GetString());
        }
    }

    /// <summary>The API server's web server answers, as in https://github.com/kubearchive/kubearchive/pull/1325.</summary>
    [ContractFact]
    public async Task A_path_outside_of_all_groups_is_a_404_in_plain_text()
    {
        foreach (string path in (string[])
            ["/apis/nope.io/v1", "/apis/nope.io/v1/things", "/apis/config.openshift.io/v1/things"])
        {
            ApiResponse answer = await CallAsync("GET", path);

            Assert.Equal((path, 404, "404 page not found\n"), (path, answer.Status, answer.Text));
            Assert.StartsWith("text/plain", answer.Header("Content-Type"), StringComparison.Ordinal);
        }
    }

    [ContractFact]
    public async Task A_path_of_nothing_is_a_404_with_the_paths_that_there_are()
    {
        ApiResponse answer = await CallAsync("GET", "/nothing");

        Assert.Equal(404, answer.Status);
        Assert.Contains("/apis", answer.Json().GetProperty("paths").EnumerateArray().Select(path => path.GetString()));
    }

    [ContractFact]
    public async Task Permissions_can_be_asked_for()
    {
        Assert.True(await MayListNodesAsync(Cluster));
        Assert.False(await MayListNodesAsync(On.Connect(On.Load(On.Kubeconfig("restricted")))));

        static async Task<bool> MayListNodesAsync(Cluster cluster)
        {
            var nodes = new V1ResourceAttributes { Verb = "list", Resource = "nodes" };
            var review = new V1SelfSubjectAccessReview { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = nodes } };
            review = await cluster.Client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: Stop);
            return review.Status.Allowed;
        }
    }

    [ContractFact]
    public async Task Impersonation_needs_a_permission()
    {
        var user = new JsonObject { ["token"] = On.Load(On.Kubeconfig("operator")).Token, ["as"] = "system:node:somebody" };

        ServiceException e = await FailsAsync(
            ErrorCause.Forbidden, "Forbidden", () => On.Connect(On.ConfigurationOf(user)).ListNodesAsync(Stop));

        Assert.Contains("cannot impersonate resource \"users\"", e.Reason, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task A_table_has_a_row_for_each_object()
    {
        const string accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        JsonElement table = (await CallAsync("GET", "/api/v1/nodes", accept: accept)).Json();

        Assert.Equal("Table", table.GetProperty("kind").GetString());
        JsonElement[] rows = [.. table.GetProperty("rows").EnumerateArray()];
        Assert.Equal(On.Nodes.Order(), rows.Select(row => row.GetProperty("cells")[0].GetString()).Order());
        Assert.All(rows, row => Assert.StartsWith("Ready", row.GetProperty("cells")[1].GetString(), StringComparison.Ordinal));
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxKubeApiTests(SandboxContractCluster on) : KubeApiTests(on), IClassFixture<SandboxContractCluster>;

[Trait("Contract", "KubeLab"), Collection(KubeLabCollection.Name)]
public sealed class LabKubeApiTests(LabCluster on) : KubeApiTests(on), IOnKubeLab;
