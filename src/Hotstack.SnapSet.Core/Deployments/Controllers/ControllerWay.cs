using Hotstack.Configuration;
using Hotstack.Http;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack;
using Hotstack.Ssh;

namespace Hotstack.Deployments.Controllers;

/// <summary>The way to a cluster through its controller: one ssh process reads the kubeconfig there and forwards all calls.</summary>
/// <param name="choice">What the user says.</param>
/// <param name="sources">The variables and files of this machine.</param>
/// <param name="deployment">The servers of the deployment; null if they are not known.</param>
/// <param name="cloud">Connects to the cloud of the deployment; null if that is not known.</param>
/// <param name="purpose">What the cluster is needed for.</param>
/// <param name="activity">Receives the choice.</param>
internal sealed class ControllerWay(
    ClusterChoice choice, ConfigurationSources sources, InstanceSource? deployment, Func<Cloud>? cloud, ClusterPurpose purpose,
    IActivity activity)
    : IControllerSession, IDisposable
{
    private const string UsualKubeconfig = "~/.kube/config";

    /// <summary>Where cloud-init keeps the id of the instance, which is the server's UUID on OpenStack:
    /// https://docs.cloud-init.io/en/latest/reference/datasources/openstack.html.</summary>
    private const string InstanceIdFile = "/var/lib/cloud/data/instance-id";

    private readonly KnownHosts _known = KnownHosts.OfUser(sources);
    private DeploymentController? _controller;
    private ControllerHostKeys? _keys;
    private SshTunnel? _tunnel;

    /// <summary>The file of ssh, for trials; null for the <c>ssh</c> of PATH.</summary>
    public string? Program { get; init; }

    /// <summary>The name of the cluster for people.</summary>
    public string ClusterName => deployment?.StackName
        ?? deployment?.Instances.Select(i => i.StackName).FirstOrDefault(name => name is not null)
        ?? choice.Controller?.Host ?? deployment?.Instances.FirstOrDefault(i => i.IsController)?.Name ?? "the deployment";

    private bool IsBooting => purpose is ClusterPurpose.Wait or ClusterPurpose.Revive;

    /// <summary>Finds the controller, connects to it and reads its kubeconfig. May be called again after a failure.</summary>
    /// <exception cref="HotstackException">The controller is not found or not reached, its kubeconfig is missing
    /// (<c>KubeconfigNotFound</c>) or cannot be used.</exception>
    public async Task<ClusterConfiguration> ConfigureAsync(CancellationToken stop)
    {
        _controller ??= await FindAsync(stop);
        if (_controller is null || IsThisMachine(_controller.ServerId))
        {
            TellOfHere();
            return new KubeconfigLoader(sources).Load(null, choice.Context, activity);
        }

        SshTarget target = TargetOf(_controller);
        FirstContact? contact = _controller.ServerId is { } server
            ? await (_keys ??= new ControllerHostKeys(cloud!(), _known, activity)).PrepareAsync(server, IsBooting, stop)
            : null;
        string path = choice.Controller is null ? UsualKubeconfig : choice.Kubeconfig ?? UsualKubeconfig;
        RemoteFile file = await OpenAsync(target, contact, path, stop);
        return Configuration(target, path, file);
    }

    /// <summary>Finds the controller, and ssh on this machine. Connects to nothing but the cloud.</summary>
    /// <exception cref="HotstackException">The deployment's controller is not found or has no address, or there is no ssh.</exception>
    public async Task FindWayAsync(CancellationToken stop)
    {
        _controller ??= await FindAsync(stop);
        if (_controller is not null && !IsThisMachine(_controller.ServerId) && Program is null)
        {
            SshTunnel.RequireClient(TargetOf(_controller));
        }
    }

    /// <inheritdoc/>
    public Dial? Dial => _tunnel is { } tunnel ? tunnel.DialAsync : null;

    /// <inheritdoc/>
    public async Task<string?> RunAsync(string script, CancellationToken stop) =>
        _tunnel is { } tunnel && await tunnel.RunAsync(script, stop) is { IsRead: true } output ? output.Text : null;

    public void Dispose() => _tunnel?.Dispose();

    private async Task<DeploymentController?> FindAsync(CancellationToken stop)
    {
        DeploymentController? found = choice.Controller is { } named ? await NamedAsync(named, stop)
            : await new FindController(cloud!()).RunAsync(deployment!, activity, stop);
        if (found is not null)
        {
            activity.Verbose($"Using the controller {found.Address}, from {found.Origin}"
                + (found.ServerId is null ? "." : $", server {found.ServerId}."));
        }

        return !choice.IsOfDeployment || found is { IsConfirmed: true } ? found : throw CopyControllers.NotKnown(ClusterName, found?.Address);
    }

    private async Task<DeploymentController> NamedAsync(ControllerAddress named, CancellationToken stop) => new(
        named,
        cloud is null ? null : await new FindController(cloud()).FindServerAsync(named, deployment!.Instances, stop),
        "-Controller");

    private void TellOfHere()
    {
        if (_controller is not null)
        {
            activity.Verbose($"This machine is the controller itself: using {UsualKubeconfig}.");
        }
        else if (purpose is ClusterPurpose.Look or ClusterPurpose.Wait)
        {
            activity.Warning($"The deployment has no controller: this is the cluster of {UsualKubeconfig}, which may not be the "
                + "deployment's.");
        }
        else
        {
            activity.Verbose($"The deployment has no controller: using {UsualKubeconfig}.");
        }
    }

    private bool IsThisMachine(string? server)
    {
        if (server is null || choice.Controller is not null || sources.Platform != ConfigurationPlatform.Linux)
        {
            return false;
        }

        try
        {
            using Stream? file = sources.OpenFile(InstanceIdFile);
            return file is not null && InputFile.ReadText(file, new SourceMark(InstanceIdFile, "ControllerInvalid")).Trim() == server;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HotstackException)
        {
            return false;
        }
    }

    private SshTarget TargetOf(DeploymentController controller) => new(controller.Address.Host)
    {
        User = controller.Address.User,
        Port = controller.Address.Port,
        KeyFile = choice.KeyFile,
        Pinned = controller.ServerId is { } server ? new PinnedHost(server, _known) : null,
    };

    private async Task<RemoteFile> OpenAsync(SshTarget target, FirstContact? contact, string path, CancellationToken stop)
    {
        _tunnel ??= new SshTunnel(target, activity, Program);
        string work = $"Connecting to the controller {target}";
        activity.Progress(new(work, "ssh"));
        try
        {
            activity.Verbose($"Connecting: {target.Command}");
            return await _tunnel.OpenAsync(path, stop, contact is null ? null : keys => _keys!.Confirm(contact, target, keys));
        }
        catch (HotstackException e) when (e.Cause.IsTransient && _controller!.ServerId is { } server)
        {
            throw await StatusOfAsync(server, stop) is { } status ? e.With($"Nova shows server {server} as {status}.") : e;
        }
        finally
        {
            activity.Progress(new(work, "") { Completed = true });
        }
    }

    /// <returns>Null if it runs, or if Nova does not tell.</returns>
    private async Task<string?> StatusOfAsync(string server, CancellationToken stop)
    {
        try
        {
            string status = (await cloud!().Compute.GetServerAsync(server, stop)).Status;
            return status == ServerRules.Active ? null : status;
        }
        catch (HotstackException)
        {
            return null;
        }
    }

    private ClusterConfiguration Configuration(SshTarget target, string path, RemoteFile file)
    {
        string place = $"{target}:{path}";
        if (!file.IsRead)
        {
            // Only the words of cat: the rest may be part of a file with secrets.
            string said = file.Text.Split('\n').LastOrDefault(line => line.StartsWith("cat:", StringComparison.Ordinal))
                ?? "cat gave no reason";
            throw new HotstackException(
                ErrorCause.NotFound, "KubeconfigNotFound",
                $"The kubeconfig {path} on the controller {target} cannot be read: {said}.")
            {
                Target = place,
                Hint = "Name its path with -Kubeconfig and -Controller. Hotstack writes ~/.kube/config when it installs OpenShift.",
            };
        }

        SshTunnel tunnel = _tunnel!;
        return new KubeconfigLoader(sources).LoadRemote(place, file.Text, choice.Context, activity) with
        {
            Dial = tunnel.DialAsync,
            Hints = ConnectionHints.Kubeconfig with
            {
                Address = $"Check the API on the controller: {target.Command} curl -k https://NAME:6443/readyz",
            },
        };
    }
}
