using System.Text.Json;
using System.Text.RegularExpressions;
using Hotstack.Http;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>The calls of the orchestration service that we need.</summary>
public sealed partial class Heat
{
    /// <summary>Heat validates the whole template, with calls to the other services, before it answers.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(180);

    private readonly ServiceClient _client;

    internal Heat(ServiceClient client) => _client = client;

    /// <summary>A stack with its outputs, by name or UUID.</summary>
    /// <exception cref="HotstackException">There is none (<c>StackNotFound</c>).</exception>
    public async Task<Stack> GetAsync(string nameOrId, CancellationToken stop)
    {
        try
        {
            return Read(await ReadAsync($"stacks/{nameOrId}", [], nameOrId, stop));
        }
        catch (HotstackException e) when (e.Cause == ErrorCause.NotFound || e.Id == ApiPath.InvalidId)
        {
            // No stack has a name that is not valid in an address.
            throw new HotstackException(
                ErrorCause.NotFound, "StackNotFound", $"There is no stack '{nameOrId}' in this project. {e.Message}", e)
            {
                Target = nameOrId,
                Hint = "'openstack stack list' shows the stacks; names are case-sensitive.",
            };
        }
    }

    /// <summary>A stack that was found, with its outputs.</summary>
    public async Task<Stack> GetAsync(Stack stack, CancellationToken stop) => Read(await ReadAsync(Path(stack), [], stack.Name, stop));

    /// <summary>A stack by its name, without its outputs; null if there is none.</summary>
    public async Task<Stack?> FindAsync(string name, CancellationToken stop)
    {
        try
        {
            return await FindAtAsync($"stacks/{name}", name, stop);
        }
        catch (HotstackException e) when (e.Id == ApiPath.InvalidId)
        {
            // No stack has a name that is not valid in an address.
            return null;
        }
    }

    /// <summary>The current state of a stack, without its outputs, which are expensive; null if deleted.</summary>
    public Task<Stack?> PollAsync(Stack stack, CancellationToken stop) => FindAtAsync(Path(stack), stack.Name, stop);

    /// <summary>Begins to create a stack.</summary>
    /// <returns>Its UUID.</returns>
    /// <exception cref="ServiceException">The name is taken (409), the template or a parameter is invalid (400), or the
    /// answer was lost (<see cref="ServiceException.IsOutcomeUnknown"/>): find it by its name.</exception>
    public async Task<string> CreateAsync(StackRequest stack, CancellationToken stop)
    {
        // Before the call: if its answer is lost, the stack is found by its name.
        _client.NewObjects.Add(stack.Name);
        ApiResponse response = await _client.SendAsync(Write(HttpMethod.Post, $"stacks", stack), stop);
        string id = response.Json().Field("stack")?.Text("id") ?? throw ServiceException.OfInvalidResponse(response, "it names no stack");
        _client.NewObjects.Add(id);
        return id;
    }

    /// <summary>Begins to update a stack; Heat replaces resources that cannot be changed.</summary>
    public Task UpdateAsync(Stack existing, StackRequest stack, CancellationToken stop) =>
        _client.SendAsync(Write(HttpMethod.Put, Path(existing), stack) with { IsRepeatSafe = false }, stop);

    /// <summary>The resources that would be created.</summary>
    /// <exception cref="ServiceException">The template or a parameter is invalid (400).</exception>
    public async Task<IReadOnlyList<PreviewedResource>> PreviewAsync(StackRequest stack, CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            Write(HttpMethod.Post, $"stacks/preview", stack).AsOptional() with { IsRepeatSafe = true }, stop);
        return response.Json().Field("stack") is { } preview
            ? [.. PreviewedResource.AllOf(preview)]
            : throw ServiceException.OfInvalidResponse(response, "it holds no stack");
    }

    /// <summary>What an update would do: the names of resources by <c>added</c>, <c>deleted</c>,
    /// <c>replaced</c>, <c>updated</c> and <c>unchanged</c>.</summary>
    public async Task<ILookup<string, string>> PreviewUpdateAsync(Stack existing, StackRequest stack, CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            Write(HttpMethod.Put, $"{Path(existing)}/preview", stack).AsOptional(), stop);
        return Changes(response.Json());
    }

    internal static ILookup<string, string> Changes(JsonElement answer) =>
        (answer.Field("resource_changes") is { ValueKind: JsonValueKind.Object } changes ? changes.EnumerateObject() : [])
            .Where(change => change.Value.ValueKind == JsonValueKind.Array)
            .SelectMany(change => change.Value.EnumerateArray().Select(r => (change.Name, Resource: r.Text("resource_name"))))
            .Where(change => change.Resource is not null)
            .ToLookup(change => change.Name, change => change.Resource!);

    /// <summary>Begins to delete a stack with its resources; a deleted one is no error.</summary>
    public Task DeleteAsync(Stack stack, CancellationToken stop) =>
        _client.SendAsync(_client.Request(HttpMethod.Delete, Path(stack)), stop).OrNullAsync();

    /// <summary>The resources of a stack and its nested stacks.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="stop">Ends the call.</param>
    /// <param name="type">Only those of this type: <c>OS::Nova::Server</c>; null for all.</param>
    public async Task<IReadOnlyList<StackResource>> ListResourcesAsync(Stack stack, CancellationToken stop, string? type = null)
    {
        KeyValuePair<string, string>[] query = [new("nested_depth", "5"), .. type is null ? [] : new[] { KeyValuePair.Create("type", type) }];
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, $"{Path(stack)}/resources") with { Query = query }, stop);
        return [.. response.Json().Items("resources").Select(StackResource.From)];
    }

    /// <summary>The template of a stack, as Heat keeps it.</summary>
    public async Task<JsonElement> GetTemplateAsync(Stack stack, CancellationToken stop) =>
        (await _client.SendAsync(_client.Request(HttpMethod.Get, $"{Path(stack)}/template").AsOptional(), stop)).Json();

    /// <summary>The files of a stack's template, by its own keys.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> GetFilesAsync(Stack stack, CancellationToken stop)
    {
        JsonElement files = (await _client.SendAsync(_client.Request(HttpMethod.Get, $"{Path(stack)}/files").AsOptional(), stop)).Json();
        return (files.ValueKind == JsonValueKind.Object ? files.EnumerateObject() : [])
            .Where(file => file.Value.ValueKind == JsonValueKind.String)
            .ToDictionary(file => file.Name, file => file.Value.GetString()!, StringComparer.Ordinal);
    }

    /// <summary>The environment of a stack; hidden values are masked.</summary>
    internal async Task<StackEnvironment> GetEnvironmentAsync(Stack stack, CancellationToken stop) => StackEnvironment.From(
        (await _client.SendAsync(_client.Request(HttpMethod.Get, $"{Path(stack)}/environment").AsOptional(), stop)).Json());

    /// <summary>All stacks of the project, without their outputs; nested ones are not among them.</summary>
    public async Task<IReadOnlyList<Stack>> ListAsync(CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, "stacks"), stop);
        return [.. response.Json().Items("stacks").Select(Stack.From).Where(stack => stack is { Name: not "", Id: not "" })];
    }

    /// <summary>The names of all stacks of the project.</summary>
    public async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken stop) =>
        [.. (await ListAsync(stop)).Select(stack => stack.Name)];

    private static KeyValuePair<string, string>[] WithoutOutputs => [new("resolve_outputs", "false")];

    private static ApiPath Path(Stack stack) => $"stacks/{stack.Name}/{stack.Id}";

    private async Task<Stack?> FindAtAsync(ApiPath path, string nameOrId, CancellationToken stop)
    {
        Stack? stack = await ReadAsync(path, WithoutOutputs, nameOrId, stop).OrNullAsync() is { } response ? Read(response) : null;
        // Heat shows a deleted stack by its id, and for a moment even by its name.
        return stack?.Status == Stack.Deleted ? null : stack;
    }

    /// <summary>
    /// Reads a stack. For a name or an id alone Heat redirects to name and id. We use these two under our own address: behind a
    /// front end Heat's address is often an inner one, to which no token may go (heatclient does the same).
    /// </summary>
    private async Task<ApiResponse> ReadAsync(
        ApiPath path, IReadOnlyList<KeyValuePair<string, string>> query, string nameOrId, CancellationToken stop)
    {
        ApiRequest request = _client.Request(HttpMethod.Get, path) with { Query = query };
        ApiResponse response = await _client.SendAsync(request with { AlsoExpected = StackAddress.Redirects }, stop);
        return response.IsSuccess
            ? response
            : await _client.SendAsync(
                StackAddress.Of(response, nameOrId) is { } found
                    ? _client.Request(HttpMethod.Get, $"stacks/{found.Name}/{found.Id}") with { Query = query }
                    : request,
                stop);
    }

    private static Stack Read(ApiResponse response) => response.Json().Field("stack") is { } stack
        ? Stack.From(stack)
        : throw ServiceException.OfInvalidResponse(response, "it holds no stack");

    private ApiRequest Write(HttpMethod method, ApiPath path, StackRequest stack)
    {
        ApiRequest request = _client.Request(method, path).WithJson(stack.ToJson()) with { Secrets = stack.Secrets };
        return request.Timeout < WriteTimeout ? request with { Timeout = WriteTimeout } : request;
    }

    /// <summary>Name and id of a stack at the end of a redirect: <c>…/stacks/NAME/ID</c>.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Id">Its UUID.</param>
    private sealed partial record StackAddress(string Name, string Id)
    {
        /// <summary>The statuses of a redirect.</summary>
        public static readonly int[] Redirects = [301, 302, 303, 307, 308];

        /// <summary>The target of a redirect.</summary>
        /// <param name="response">The redirect.</param>
        /// <param name="nameOrId">The name or id of the request.</param>
        /// <returns>Null if it is no stack, or another one.</returns>
        public static StackAddress? Of(ApiResponse response, string nameOrId) =>
            Uri.TryCreate(response.Request.Uri, response.Header("Location"), out Uri? target)
            && End().Match(target.AbsolutePath) is { Success: true } end
            && new StackAddress(end.Groups["name"].Value, end.Groups["id"].Value) is var found
            && (found.Name == nameOrId || found.Id == nameOrId)
                ? found
                : null;

        [GeneratedRegex(@"/stacks/(?<name>[A-Za-z0-9_.-]+)/(?<id>[A-Za-z0-9-]+)/?\z")]
        private static partial Regex End();
    }
}
