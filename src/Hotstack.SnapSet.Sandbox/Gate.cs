namespace Hotstack.Sandbox;

/// <summary>Where a call is.</summary>
public enum CallMoment
{
    /// <summary>It has arrived, and nothing was done yet.</summary>
    Received,

    /// <summary>The work is done, and nothing was answered yet.</summary>
    Done,
}

/// <summary>Stands between the APIs and their callers: hears of every call, and may let it wait.</summary>
public sealed class Gate
{
    /// <summary>Whoever is asked at each moment of each call; the call goes on when the task ends.</summary>
    public Func<Call, CallMoment, Task>? Keeper { get; set; }

    internal Task PassAsync(Call call, CallMoment moment) => Keeper?.Invoke(call, moment) ?? Task.CompletedTask;
}
