using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.BlockStorage;
using Hotstack.OpenStack.Compute;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Identity;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Networking;
using Hotstack.OpenStack.Orchestration;
using Xunit;

namespace Hotstack.Contract.Clouds;

/// <summary>Who we are, and for how long.</summary>
public abstract class TokenTests(ContractCloud on) : ContractTests(on)
{
    private string CredentialName => On.Name + "-appcred";

    [ContractFact]
    public async Task A_password_and_an_application_credential_lead_to_the_same_project()
    {
        using var byCredential = Cloud.Connect(On.Configuration(CredentialName), On.Activity);

        string? project = await Cloud.GetProjectIdAsync(Stop);

        Assert.False(string.IsNullOrEmpty(project));
        Assert.Equal(project, await byCredential.GetProjectIdAsync(Stop));
        Assert.Equal(Master.Id, (await byCredential.Compute.GetServerAsync(Master.Id, Stop)).Id);
    }

    [ContractFact]
    public async Task A_wrong_password_is_refused() =>
        await AssertRefusedAsync(With(On.Name, "password", "wrong"));

    [ContractFact]
    public async Task An_unknown_project_is_refused() =>
        await AssertRefusedAsync(With(On.Name, "project_name", "no-such-project"));

    [ContractFact]
    public async Task A_wrong_secret_of_an_application_credential_is_refused() =>
        await AssertRefusedAsync(With(CredentialName, "application_credential_secret", "wrong"));

    [ContractFact]
    public async Task An_unknown_application_credential_is_refused() =>
        await AssertRefusedAsync(With(CredentialName, "application_credential_id", "0123456789abcdef0123456789abcdef"));

    [ContractFact]
    public async Task A_wrong_path_to_Keystone_is_told_from_wrong_credentials()
    {
        string url = On.Configuration(On.Name).Auth["auth_url"];

        var e = await Assert.ThrowsAnyAsync<HotstackException>(
            () => ProjectAsync(With(On.Name, "auth_url", new Uri(new Uri(url), "/nowhere").AbsoluteUri)));

        Assert.Equal("AuthUrlInvalid", e.Id);
    }

    [ContractFact]
    public async Task The_catalogue_holds_all_services_that_we_call()
    {
        using var connection = new Connection(On.Configuration(On.Name), On.Activity);

        Token token = await connection.Tokens.GetAsync(Stop);

        Assert.NotNull(token.ProjectName);
        Assert.True(token.ExpiresAt > DateTimeOffset.UtcNow.AddMinutes(2));
        Assert.Equal(TimeSpan.Zero, token.ExpiresAt.Offset);
        Assert.All(ServiceTypeNames.Used, service => Assert.True(
            token.Catalog!.Find(On.Name, ServiceTypeNames.All(service), ["public"], On.Configuration(On.Name).Region, null).IsAbsoluteUri));
    }

    [ContractFact]
    public async Task An_unknown_region_is_an_error_that_tells_what_there_is()
    {
        using var cloud = Cloud.Connect(On.Configuration(On.Name) with { Region = "Nowhere" }, On.Activity);

        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => cloud.Compute.GetServerAsync(Master.Id, Stop));

        Assert.Equal("EndpointNotFound", e.Id);
        Assert.Contains("compute/public/", e.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task One_token_serves_all_calls()
    {
        using var connection = new Connection(On.Configuration(On.Name), On.Activity);

        Token[] tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => connection.Tokens.GetAsync(Stop)));

        Assert.All(tokens, token => Assert.Same(tokens[0], token));
    }

    [ContractFact]
    public async Task A_revoked_token_is_renewed_whichever_service_refuses_it()
    {
        CloudConfiguration configuration = On.Configuration(On.Name);
        using var connection = new Connection(configuration, On.Activity);
        Func<Task>[] calls =
        [
            () => new Nova(connection.Client("compute")).GetServerAsync(Master.Id, Stop),
            () => new Glance(connection.Client("image"), connection.Client("image")).FindAsync(Master.Image!, Stop),
            () => new Neutron(connection.Client("network")).ListPortsAsync([Master.Id], Stop),
            () => new Heat(connection.Client("orchestration")).GetAsync(On.StackName, Stop),
            () => new Cinder(connection.Client("block-storage")).ListVolumesAsync(Stop),
        ];
        foreach (Func<Task> call in calls)
        {
            Token before = await connection.Tokens.GetAsync(Stop);
            await Raw.RevokeAsync(before, Stop);

            await call();

            Assert.NotSame(before, await connection.Tokens.GetAsync(Stop));
        }
    }

    private static async Task AssertRefusedAsync(CloudConfiguration configuration, IActivity activity)
    {
        using var cloud = Cloud.Connect(configuration, activity);
        var e = await Assert.ThrowsAnyAsync<HotstackException>(() => cloud.GetProjectIdAsync(Stop));
        Assert.Equal(ErrorCause.AuthenticationFailed, e.Cause);
        Assert.Equal("AuthenticationFailed", e.Id);
        Assert.NotNull(e.Hint);
    }

    private Task AssertRefusedAsync(CloudConfiguration configuration) => AssertRefusedAsync(configuration, On.Activity);

    private async Task<string?> ProjectAsync(CloudConfiguration configuration)
    {
        using var cloud = Cloud.Connect(configuration, On.Activity);
        return await cloud.GetProjectIdAsync(Stop);
    }

    private CloudConfiguration With(string cloud, string key, string value)
    {
        CloudConfiguration configuration = On.Configuration(cloud);
        return configuration with { Auth = new Dictionary<string, string>(configuration.Auth) { [key] = value } };
    }

    /// <summary>A connection whose token can be seen.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly CloudConfiguration _configuration;
        private readonly Api _api;

        public Connection(CloudConfiguration configuration, IActivity activity)
        {
            _configuration = configuration;
            _api = new Api(HttpTransport.Create(configuration.Tls), new RetryPolicy(TimeProvider.System, activity), activity);
            Tokens = new TokenSource(configuration, _api, TimeProvider.System);
        }

        public TokenSource Tokens { get; }

        public ServiceClient Client(string service) => new(_configuration, Tokens, _api, new ServerClock(TimeProvider.System), service);

        public void Dispose()
        {
            Tokens.Dispose();
            _api.Dispose();
        }
    }
}

[Trait("Contract", "Sandbox")]
public sealed class SandboxTokenTests(SandboxContractCloud on) : TokenTests(on), IClassFixture<SandboxContractCloud>;

[Trait("Contract", "Lab"), Collection(LabCollection.Name)]
public sealed class LabTokenTests(LabCloud on) : TokenTests(on), IOnLab;
