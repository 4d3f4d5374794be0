using System.Reflection;
using Hotstack.Http;
using Hotstack.OpenStack.Imaging;
using Hotstack.OpenStack.Orchestration;
using Xunit;

namespace Hotstack.OpenStack;

/// <summary>No call of any client puts an id into its address that would make another address of it.</summary>
public sealed class IdsInAddressesTests : SandboxFixture
{
    /// <summary>Those whose names and ids go into a query or a body.</summary>
    private static readonly string[] AddressesWithoutId = ["/floatingips", "/ports", "/servers/detail", "/servers", "/networks", "/snapshots", "/messages",
        "/auth/tokens"];

    /// <summary>Every method of the clients that takes a name, an id or a stack, found as it is: a new one is in it.</summary>
    public static TheoryData<string, string> ClientCalls { get; } = new(
        new[] { typeof(Cloud).GetProperty("Compute")!, typeof(Cloud).GetProperty("Images")!, typeof(Cloud).GetProperty("Network")!,
            typeof(Cloud).GetProperty("Stacks")!, typeof(Cloud).GetProperty("Volumes")! }
            .SelectMany(client => Methods(client.PropertyType).Select(method => (client.Name, method.ToString()!))));

    [Theory]
    [MemberData(nameof(ClientCalls))]
    public async Task A_hostile_id_reaches_no_address(string client, string method)
    {
        object target = typeof(Cloud).GetProperty(client)!.GetValue(Cloud)!;
        MethodInfo called = Methods(target.GetType()).Single(m => m.ToString() == method);
        foreach (string id in ApiPathTests.Hostile.Select(row => row.Data))
        {
            object?[] arguments = [.. called.GetParameters().Select(parameter => Argument(parameter.ParameterType, id))];

            HotstackException? refusal = null;
            try
            {
                await (Task)called.Invoke(target, arguments)!;
            }
            catch (Exception e) when ((e as HotstackException ?? e.InnerException as HotstackException) is { } refused)
            {
                refusal = refused;
            }

            Assert.All(Calls, call => Assert.Contains(AddressesWithoutId,
                address => call.Path.EndsWith(address, StringComparison.Ordinal)));
            Assert.True(Calls.Any() || refusal?.Id is "IdInvalid" or "StackNotFound"
                || method.Contains("FindAsync", StringComparison.Ordinal), $"'{id}': {refusal?.Id ?? "no error"}");
        }
    }

    [Fact]
    public void The_clients_have_such_calls() => Assert.InRange(ClientCalls.Count, 25, 100);

    private static IEnumerable<MethodInfo> Methods(Type client) => client
        .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(method => !method.IsPrivate && method.ReturnType.IsAssignableTo(typeof(Task)) && !method.IsGenericMethod)
        .Where(method => method.GetParameters()
            .Any(parameter => parameter.ParameterType == typeof(string) || parameter.ParameterType == typeof(Stack)));

    private static object? Argument(Type type, string id) =>
        type == typeof(string) ? id
        : type == typeof(Stack) ? new Stack { Id = id, Name = id, Status = "CREATE_COMPLETE" }
        : type == typeof(StackRequest) ? new StackRequest { Name = "s", Template = "" }
        : type == typeof(NewImage) ? null
        : type == typeof(CancellationToken) ? Stop
        : type == typeof(IReadOnlyDictionary<string, string>) ? new Dictionary<string, string>()
        : type.IsAssignableFrom(typeof(string[])) ? Array.Empty<string>()
        : type.IsValueType ? Activator.CreateInstance(type)
        : null;
}
