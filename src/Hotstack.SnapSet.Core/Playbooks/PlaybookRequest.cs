using System.Text.Json.Nodes;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Playbooks;

/// <summary>Which of upstream's playbooks to run, and how.</summary>
public sealed record PlaybookRequest
{
    /// <summary>The folder of upstream's checkout; absolute.</summary>
    public required string Checkout { get; init; }

    /// <summary>The files of variables, absolute, the last with precedence: <c>bootstrap_vars.yml</c> …</summary>
    public IReadOnlyList<string> ParameterFiles { get; init; } = [];

    /// <summary>Variables with precedence over those of the files.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The secrets among <see cref="Variables"/>: no output shows them.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The user gave a credential, which Ansible does not take.</summary>
    public bool HasCredential { get; init; }

    /// <summary>The stack's name; null for the one of the variables.</summary>
    public string? StackName { get; init; }

    /// <summary>The stages by their names; empty for those that are left to do.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>The folder for the log; absolute. Null for upstream's working directory.</summary>
    public string? LogFolder { get; init; }

    /// <summary>For all stages together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(6);
}

/// <summary>What the variables say, as Ansible itself evaluates them.</summary>
/// <param name="StackName">The name of the stack.</param>
/// <param name="Cloud">The cloud, by its name in clouds.yaml; null if the variables name none.</param>
/// <param name="Scenario">The scenario; null if the variables name none.</param>
/// <param name="WorkFolder">The folder in which upstream keeps the outputs of the stack; absolute.</param>
/// <param name="PullSecretFile">The file of the pull secret, absolute; null if the variables name none.</param>
public sealed record PlaybookVariables(string StackName, string? Cloud, string? Scenario, string WorkFolder, string? PullSecretFile)
{
    /// <summary><see cref="Cloud"/>, for a choice among the configured ones.</summary>
    public CloudWish? CloudWish => Cloud is null ? null : new CloudWish(Cloud, "The variable os_cloud");
}
