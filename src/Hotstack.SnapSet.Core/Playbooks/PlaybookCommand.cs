using System.Text.Json.Nodes;

namespace Hotstack.Playbooks;

/// <summary>Calls ansible-playbook for one request: always with the same inventory and variables.</summary>
internal sealed class PlaybookCommand : IDisposable
{
    private const string Inventory = "inventory.yml";

    private readonly IAnsible _ansible;
    private readonly PlaybookRequest _request;
    private readonly AnsibleFolder _folder;

    /// <param name="ansible">The program.</param>
    /// <param name="request">The checkout and the variables.</param>
    /// <param name="cloud">The cloud for upstream's <c>os_cloud</c>, by its name in clouds.yaml; null for that of the files.</param>
    public PlaybookCommand(IAnsible ansible, PlaybookRequest request, string? cloud)
    {
        (_ansible, _request) = (ansible, request);
        var variables = new Dictionary<string, JsonNode?>(request.Variables)
        {
            // Otherwise upstream waits for 25 hours and shuts the cluster down without a record, or updates the stack by its newest set
            // (roles/ocp_agent_installer, roles/heat_stack).
            ["hotstack_prepare_for_snapshot"] = false,
            ["ocp_agent_installer_prep_for_snapshot"] = false,
            ["hotstack_revive_snapshot"] = false,
        };
        if (request.StackName is { } stack)
        {
            variables["stack_name"] = stack;
        }

        if (cloud is not null)
        {
            variables["os_cloud"] = cloud;
        }

        _folder = new AnsibleFolder(variables);
    }

    /// <summary>Asks for the version alone.</summary>
    public Task<int> AskVersionAsync(Action<string> onLine, CancellationToken stop) => _ansible.RunAsync(
        new AnsibleCall { Arguments = ["--version"], Folder = _request.Checkout, OnLine = onLine }, stop);

    /// <summary>Has Ansible tell what the variables say.</summary>
    public Task<int> ReadVariablesAsync(PlaybookEvents events, CancellationToken stop) =>
        RunAsync([_folder.ReadVariablesFile], events, new() { ["HOTSTACK_EVENTS_RESULTS"] = "1" }, stop);

    /// <summary>Has Ansible look for the files, roles and modules of playbooks, without a change.</summary>
    public Task<int> CheckAsync(IEnumerable<PlaybookStage> stages, PlaybookEvents events, CancellationToken stop) =>
        RunAsync(["--syntax-check", .. stages.Select(stage => stage.File)], events, [], stop);

    /// <summary>Runs a playbook.</summary>
    /// <param name="stage">Which.</param>
    /// <param name="events">Receives the output.</param>
    /// <param name="cloudsFile">The clouds.yaml with the cloud; null if the cloud is made from variables.</param>
    /// <param name="stop">Ends it, with its children.</param>
    public Task<int> RunAsync(PlaybookStage stage, PlaybookEvents events, string? cloudsFile, CancellationToken stop) =>
        RunAsync([stage.File], events, cloudsFile is null ? [] : new() { ["OS_CLIENT_CONFIG_FILE"] = cloudsFile }, stop);

    /// <summary>A path that Ansible derived from the place of our own playbook.</summary>
    public string AsOfCheckout(string text) => _folder.AsOfCheckout(text, _request.Checkout);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private Task<int> RunAsync(
        string[] playbooks, PlaybookEvents events, Dictionary<string, string?> environment, CancellationToken stop) => _ansible.RunAsync(
        new AnsibleCall
        {
            Arguments =
            [
                .. File.Exists(Path.Combine(_request.Checkout, Inventory)) ? ["-i", Inventory] : Array.Empty<string>(),
                .. _request.ParameterFiles.Append(_folder.VariablesFile).SelectMany(file => (string[])["-e", "@" + file]),
                .. playbooks,
            ],
            Folder = _request.Checkout,
            Environment = _folder.Environment(events.Mark).Concat(environment).ToDictionary(),
            OnLine = events.Take,
        },
        stop);
}
