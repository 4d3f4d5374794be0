using System.Text.Json.Nodes;
using Hotstack.SnapSets.Restore.Overlay;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore;

/// <summary>Which set to restore, and how.</summary>
public sealed record RestoreSnapSetRequest
{
    /// <summary>The set; null for the newest usable one.</summary>
    public SnapSetReference? SnapSetId { get; init; }

    /// <summary>The name of the stack; null for the one in the parameter files.</summary>
    public string? StackName { get; init; }

    /// <summary>The HOT template, by its absolute path; null for the <c>stack_template_path</c> of the parameter files.</summary>
    public string? TemplatePath { get; init; }

    /// <summary>The folder outside which no file of the template is read; null for the git working tree or Hotstack checkout around the
    /// template, otherwise its own folder. Giving one is consent to send its files.</summary>
    public string? TemplateRoot { get; init; }

    /// <summary>Asks, before anything is sent, about files outside the template's folder if no root is given; null if no prompt is
    /// possible.</summary>
    public SendingConsent? ConsentToSend { get; init; }

    /// <summary>The same after the user consented to what is sent.</summary>
    internal RestoreSnapSetRequest Consented => this with { ConsentToSend = (_, _) => Task.FromResult(Consent.Given) };

    /// <summary>Files with parameters, by their absolute paths; a later one overrides.</summary>
    public IReadOnlyList<string> ParameterFiles { get; init; } = [];

    /// <summary>Parameters that override those of the files.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Variables for the expressions in parameter files; they override the files' own.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>The parameter files with their variables, if they have been read already; null to read them.</summary>
    public ScenarioFiles? Scenario { get; init; }

    /// <summary>Secret values among parameters and variables.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How the images get into the stack; null to choose by template and set.</summary>
    public RestoreMode? Mode { get; init; }

    /// <summary>Tags of the stack, beside those of a restored one.</summary>
    internal IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The caller deletes an existing stack of that name before this one is made, and plans again then.</summary>
    internal bool ReplacesStack { get; init; }

    /// <summary>Change an existing stack of that name.</summary>
    public bool Force { get; init; }

    /// <summary>Restore the usable members of an incomplete set; the other servers boot from the template's own images.</summary>
    public bool AllowIncomplete { get; init; }

    /// <summary>Restore a set even if its cluster is past its dates for a revival.</summary>
    public bool AllowExpired { get; init; }

    /// <summary>Create nodes of the cluster that the set has no image of, as for an installation.</summary>
    public bool AllowNewNodes { get; init; }

    /// <summary>Restore members whose ports get other IP addresses than they had.</summary>
    public bool AllowAddressChange { get; init; }

    /// <summary>Volumes of the set to leave out: names of resources, devices, ids of volumes or snapshots, each also after
    /// <c>member/</c>; or patterns of these.</summary>
    public IReadOnlyList<string> ExcludedVolumes { get; init; } = [];

    /// <summary>On failure delete the created stack, or roll back a change.</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>Where to write the stack's outputs in upstream's shape: a file, or a folder for <c>&lt;stack&gt;-outputs.yaml</c>; null for
    /// nowhere.</summary>
    public string? OutputPath { get; init; }

    /// <summary>The timeout for the stack, from the user's consent on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause between two polls of the stack.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>The user's answer about sending files before the plan is known.</summary>
public enum Consent
{
    /// <summary>The user agrees.</summary>
    Given,

    /// <summary>The user does not agree.</summary>
    Refused,

    /// <summary>Only the plan is requested (<c>-WhatIf</c>): nothing is sent.</summary>
    OnlyShown,

    /// <summary>No prompt is possible.</summary>
    NotPossible,
}

/// <summary>Asks whether files may be sent.</summary>
/// <param name="target">The template.</param>
/// <param name="action">The files and their destination; one file a line.</param>
public delegate Task<Consent> SendingConsent(DisplayText target, DisplayText action);
