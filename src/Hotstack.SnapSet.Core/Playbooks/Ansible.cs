namespace Hotstack.Playbooks;

/// <summary>One call of ansible-playbook.</summary>
internal sealed record AnsibleCall
{
    /// <summary>The arguments, one by one: no shell reads them.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The current directory.</summary>
    public required string Folder { get; init; }

    /// <summary>Variables of the environment; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Receives each line of both outputs, in order.</summary>
    public required Action<string> OnLine { get; init; }
}

/// <summary>The program ansible-playbook.</summary>
internal interface IAnsible
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="HotstackException">It is not there (<c>PlaybookProgramNotFound</c>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program and its children have ended.</exception>
    Task<int> RunAsync(AnsibleCall call, CancellationToken stop);
}
