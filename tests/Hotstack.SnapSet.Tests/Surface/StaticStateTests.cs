using System.Reflection;
using System.Runtime.CompilerServices;
using Hotstack.Commands;
using Xunit;

namespace Hotstack.Surface;

/// <summary>Cmdlets run side by side in one process, each for another cloud: nothing is shared that one of them could change.</summary>
public sealed class StaticStateTests
{
    /// <summary>
    /// One that is set once, by an atomic exchange, for the process; and the newest tokens of users, by a hash of those in their kubeconfig: an
    /// issuer may take a refresh token once, also from cmdlets side by side.
    /// </summary>
    private static readonly string[] Justified = ["Hotstack.Hosting.DependencyIsolation._isHooked",
        "Hotstack.OpenShift.Login.OidcLogin+OidcTokens.Known"];

    private static readonly string[] Mutable = ["List`1", "Dictionary`2", "HashSet`1", "Queue`1", "Stack`1", "StringBuilder", "Hashtable",
        "ArrayList",
        "JsonObject", "JsonArray", "ConcurrentDictionary`2", "ConcurrentBag`1", "ConcurrentQueue`1", "HttpClient",
            "CancellationTokenSource", "Random"];

    [Theory]
    [InlineData(typeof(HotstackCmdlet))]
    [InlineData(typeof(HotstackException))]
    public void No_static_field_can_be_changed(Type ofAssembly)
    {
        FieldInfo[] fields = [.. ofAssembly.Assembly.GetTypes().Where(type => !IsGenerated(type))
            .SelectMany(type => type.GetFields(
                BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsLiteral)];

        Assert.NotEmpty(fields);
        Assert.DoesNotContain(
            fields, field => !field.IsInitOnly && !Justified.Contains(NameOf(field))
                && !field.Name.StartsWith("<>", StringComparison.Ordinal));
        Assert.DoesNotContain(
            fields.Where(field => field.IsInitOnly && !Justified.Contains(NameOf(field)))
                .Select(field => $"{NameOf(field)}: {field.FieldType.Name}"),
            text => Mutable.Contains(text.Split(": ")[1]));
    }

    private static string NameOf(FieldInfo field) => $"{field.DeclaringType!.FullName}.{field.Name}";

    private static bool IsGenerated(Type type) =>
        type.Name.StartsWith('<') || type.IsDefined(typeof(CompilerGeneratedAttribute))
            || (type.DeclaringType is { } outer && IsGenerated(outer));
}
