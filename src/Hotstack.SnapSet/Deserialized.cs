using System.Management.Automation;

namespace Hotstack;

/// <summary>Objects that come from a file of Export-Clixml, a job or another computer: their properties are there, as far as that
/// went, and their type is not.</summary>
internal static class Deserialized
{
    /// <summary>It was one of that type.</summary>
    public static bool Was<T>(object? input) => input is PSObject wrapped && wrapped.TypeNames.Contains($"Deserialized.{typeof(T).FullName}");

    /// <summary>A record's times are mere text by then, and they decide until when a set can be revived.</summary>
    public static HotstackException RecordRefused() => new(
        ErrorCause.InputInvalid, "ClusterRecordStored", "The record of the cluster comes from a file, a job or another computer: it lost its types there.")
    {
        Hint = "Pipe Suspend-HotstackCluster into New-HotstackSnapSet in one session: the set then keeps the record. "
            + "To go on without it, name the stack with -StackName.",
    };
}
