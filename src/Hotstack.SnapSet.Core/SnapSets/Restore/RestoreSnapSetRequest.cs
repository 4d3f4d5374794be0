using System.Text.Json.Nodes;
using Hotstack.SnapSets.Restore.Overlay;

namespace Hotstack.SnapSets.Restore;

/// <summary>Which set to restore, and how.</summary>
public sealed record RestoreSnapSetRequest
{
    /// <summary>The set; null for the newest that can be used.</summary>
    public SnapSetReference? SnapSetId { get; init; }

    /// <summary>The stack to make; null for the one that the parameter files name.</summary>
    public string? StackName { get; init; }

    /// <summary>The HOT template, by its absolute path.</summary>
    public required string TemplatePath { get; init; }

    /// <summary>The folder outside which no file of the template is read; null for the template's git working tree, or else
    /// its own folder. Naming one is consent to send the files of it.</summary>
    public string? TemplateRoot { get; init; }

    /// <summary>Asked, before anything is sent, about files that the template names outside its own folder, where no root is named; null
    /// where no prompt is possible.</summary>
    public SendingConsent? ConsentToSend { get; init; }

    /// <summary>Files with parameters, by their absolute paths; what a later one says counts.</summary>
    public IReadOnlyList<string> ParameterFiles { get; init; } = [];

    /// <summary>Parameters that count before those of the files.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Variables for the expressions in parameter files; they count before the files' own.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Values among parameters and variables that must not be shown.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How the images get into the stack; null to choose by template and set.</summary>
    public RestoreMode? Mode { get; init; }

    /// <summary>Change the stack if there is one of that name.</summary>
    public bool Force { get; init; }

    /// <summary>Restore what there is of an incomplete set; the other servers start from the template's own images.</summary>
    public bool AllowIncomplete { get; init; }

    /// <summary>Restore also a set whose cluster can no longer be revived by its dates.</summary>
    public bool AllowExpired { get; init; }

    /// <summary>On failure delete the stack that was made, or have Heat take a change back.</summary>
    public bool RollbackOnFailure { get; init; }

    /// <summary>Where the stack's outputs are written in upstream's shape: a folder, in which it becomes
    /// <c>&lt;stack&gt;-outputs.yaml</c>, or a file; null for nowhere.</summary>
    public string? OutputPath { get; init; }

    /// <summary>For the stack, from the user's consent on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause between two looks at the stack.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Whether something may be sent before the plan is known.</summary>
public enum Consent
{
    /// <summary>The user agrees.</summary>
    Given,

    /// <summary>The user does not agree.</summary>
    Refused,

    /// <summary>Only the plan is wanted (<c>-WhatIf</c>): nothing is sent.</summary>
    OnlyShown,

    /// <summary>No prompt is possible.</summary>
    NotPossible,
}

/// <summary>Asks whether files may be sent.</summary>
/// <param name="target">To what they belong.</param>
/// <param name="action">What is sent, and where to; one file a line.</param>
public delegate Task<Consent> SendingConsent(DisplayText target, DisplayText action);
