using System.Text.Json;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Orchestration;

namespace Hotstack.Deployments.Controllers;

/// <summary>The controller of a deployment.</summary>
/// <param name="Address">How to reach it.</param>
/// <param name="ServerId">Its server's UUID; null if the cloud does not know the address.</param>
/// <param name="Origin">Where the address is from, for people.</param>
internal sealed record DeploymentController(ControllerAddress Address, string? ServerId, string Origin)
{
    /// <summary>The address is a floating IP of that server. Another one may lead to another machine: fixed addresses are those of the
    /// deployment that it is a copy of.</summary>
    public bool IsConfirmed { get; init; }
}

/// <summary>Finds the controller of a deployment: by the stack's outputs, otherwise by the floating IP of the server with the role
/// controller. Each call asks the cloud: a restored controller has another address.</summary>
/// <remarks>Upstream: all 25 templates with a controller have the output controller_ansible_host (openstack-k8s-operators/hotstack,
/// scenarios/*/heat_template.yaml).</remarks>
internal sealed class FindController(Cloud cloud)
{
    private const string MappingKey = "controller_ansible_host";
    private const string AddressKey = "controller_floating_ip";

    /// <returns>Null if the deployment has no controller.</returns>
    /// <exception cref="HotstackException"><c>ControllerInvalid</c>, <c>ControllerAmbiguous</c>, <c>ControllerAddressMissing</c>,
    /// <c>StackNotFound</c>, or the cloud failed.</exception>
    public async Task<DeploymentController?> RunAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        await OwnProject.RequireAsync(cloud, source, stop);
        string?[] stacks = [.. source.Instances.Select(i => i.StackName).Distinct()];
        string? stackName = source.StackName ?? (stacks.Length == 1 ? stacks[0] : null);
        return stackName is not null && await OfStackAsync(stackName, source, stop) is { } found
            ? found
            : await OfServersAsync(await InstancesAsync(source, activity, stop), stop);
    }

    /// <summary>The server with an address; null if the cloud does not know it.</summary>
    public async Task<string?> FindServerAsync(ControllerAddress address, IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        if (!address.IsIPAddress)
        {
            return null;
        }

        string? owner = await cloud.Network.FindServerOfFloatingIPAsync(address.Host, stop);
        return owner ?? OfFixedAddress(address, instances);
    }

    private static string? OfFixedAddress(ControllerAddress address, IReadOnlyList<Instance> instances) =>
        instances.FirstOrDefault(i => i.IpAddresses.Contains(address.Host))?.Id;

    private async Task<DeploymentController?> OfStackAsync(string stackName, InstanceSource source, CancellationToken stop)
    {
        Stack stack;
        try
        {
            stack = await cloud.Stacks.GetAsync(stackName, stop);
        }
        catch (HotstackException e) when (e.Id == "StackNotFound" && source.Instances.Count > 0)
        {
            return null;
        }

        ControllerAddress? address = OfOutputs(stack);
        if (address is null)
        {
            return null;
        }

        Instance? controller = source.Instances.Count(i => i.IsController) == 1 ? source.Instances.First(i => i.IsController) : null;
        string? owner = address.IsIPAddress ? await cloud.Network.FindServerOfFloatingIPAsync(address.Host, stop) : null;
        string? server = owner ?? OfFixedAddress(address, source.Instances);
        return server is not null && controller is not null && server != controller.Id
            ? throw OfAnotherServer(stackName, address, server, controller)
            : new DeploymentController(
                address with { User = address.User ?? ControllerAddress.UsualUser }, server ?? controller?.Id,
                $"the outputs of stack {stackName}")
            {
                IsConfirmed = owner is not null && owner == controller?.Id,
            };
    }

    /// <summary>The address that a stack's outputs name; null if they name none.</summary>
    /// <param name="stack">The stack with its outputs.</param>
    /// <exception cref="HotstackException">An output is no usable address (<c>ControllerInvalid</c>).</exception>
    public static ControllerAddress? OfOutputs(Stack stack) => AddressOf(stack, MappingKey, ControllerAddress.Of)
        ?? AddressOf(stack, AddressKey, (place, value) => ControllerAddress.Of(place, TextOf(value), null, null));

    /// <summary>An output without a value: Heat has not created the floating IP yet, or failed.</summary>
    private static ControllerAddress? AddressOf(Stack stack, string key, Func<string, JsonElement, ControllerAddress> read) =>
        stack.Outputs.GetValueOrDefault(key) is { Error: null, Value: { } value } && !IsEmpty(value)
            ? read($"output {key} of stack {stack.Name}", value)
            : null;

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.TryGetProperty("ansible_host", out JsonElement host) && IsEmpty(host),
        JsonValueKind.String => value.GetString() is "",
        JsonValueKind.Null => true,
        _ => false,
    };

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private async Task<IReadOnlyList<Instance>> InstancesAsync(InstanceSource source, IActivity activity, CancellationToken stop)
    {
        if (source.Instances.Count > 0)
        {
            return source.Instances;
        }

        try
        {
            return await new GetInstances(cloud).RunAsync(source, activity, stop);
        }
        catch (HotstackException e) when (e.Id is "StackOutputMissing" or "StackWithoutServers")
        {
            return [];
        }
    }

    private async Task<DeploymentController?> OfServersAsync(IReadOnlyList<Instance> instances, CancellationToken stop)
    {
        Instance[] controllers = [.. instances.Where(i => i.IsController)];
        if (controllers.Length == 0)
        {
            return null;
        }

        if (controllers.Length > 1)
        {
            throw new HotstackException(
                ErrorCause.InputInvalid, "ControllerAmbiguous",
                $"The deployment has {controllers.Length} controllers: {string.Join(", ", controllers.Select(i => $"{i} ({i.Id})"))}.")
            {
                Target = controllers[0].Id,
                Hint = "Name the one that reaches the cluster with -Controller.",
            };
        }

        IReadOnlyList<string> addresses = await cloud.Network.ListFloatingIPsAsync(controllers[0].Id, stop);
        return addresses.Count > 0
            ? new DeploymentController(
                ControllerAddress.Of($"the floating IP of server {controllers[0].Id}", addresses[0], ControllerAddress.UsualUser, null),
                controllers[0].Id, $"the floating IP of server {controllers[0]}")
            {
                IsConfirmed = true,
            }
            : throw new HotstackException(
                ErrorCause.NotFound, "ControllerAddressMissing",
                $"The controller {controllers[0]} ({controllers[0].Id}) has no floating IP.")
            {
                Target = controllers[0].Id,
                Hint = "Give it one (openstack server add floating ip), name another way to it with -Controller, or name a kubeconfig with "
                    + "-Kubeconfig whose server this machine reaches.",
            };
    }

    private static HotstackException OfAnotherServer(
        string stackName, ControllerAddress address, string server, Instance controller) =>
        new(ErrorCause.Conflict, "ControllerInvalid",
            $"Stack '{stackName}' names {address} as its controller's address, but that floating IP belongs to server {server}, not to "
            + $"{controller} ({controller.Id}).")
        {
            Target = address.Host,
            Hint = "Associate the floating IP with the controller again, or name the controller with -Controller.",
        };
}
