using Hotstack.Http;

namespace Hotstack.OpenStack.Orchestration;

/// <summary>The orchestration service: the calls of it that we need.</summary>
public sealed class Heat
{
    private readonly ServiceClient _client;

    internal Heat(ServiceClient client) => _client = client;

    /// <summary>A stack with its outputs, by name or UUID. Heat answers with a redirect, which is followed.</summary>
    /// <exception cref="HotstackException">There is none (<c>StackNotFound</c>).</exception>
    public async Task<Stack> GetAsync(string nameOrId, CancellationToken stop)
    {
        try
        {
            ApiResponse response = await _client.SendAsync(
                _client.Request(HttpMethod.Get, $"stacks/{Uri.EscapeDataString(nameOrId)}"), stop).ConfigureAwait(false);
            return response.Json().Field("stack") is { } stack
                ? Stack.From(stack)
                : throw ServiceException.OfInvalidResponse(response, "it holds no stack");
        }
        catch (ServiceException e) when (e.Cause == ErrorCause.NotFound)
        {
            throw new HotstackException(
                ErrorCause.NotFound, "StackNotFound", $"There is no stack '{nameOrId}' in this project. {e.Message}", e)
            {
                Target = nameOrId,
                Hint = "'openstack stack list' shows the stacks; names are case-sensitive.",
            };
        }
    }

    /// <summary>The names of all stacks of the project.</summary>
    public async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken stop)
    {
        ApiResponse response = await _client.SendAsync(
            _client.Request(HttpMethod.Get, "stacks"), stop).ConfigureAwait(false);
        return [.. response.Json().Items("stacks").Select(stack => stack.Text("stack_name")).OfType<string>()];
    }
}
