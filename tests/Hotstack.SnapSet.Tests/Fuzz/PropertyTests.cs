using System.Reflection;
using FsCheck;
using Xunit;

namespace Hotstack.Fuzz;

/// <summary>Marks what holds for any values.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PropertyAttribute : Attribute
{
    /// <summary>For how many it is tried.</summary>
    public int MaxTest { get; init; } = 60;
}

/// <summary>Tries the properties.</summary>
public sealed class PropertyTests
{
    /// <summary>The same values on every run: what fails, fails for all.</summary>
    private const ulong Seed = 20261126;

    private static readonly Type[] Properties = [typeof(RoundTripProperties), typeof(TextProperties)];

    public static TheoryData<string> Names => [.. Methods.Select(method => method.Name)];

    private static IEnumerable<MethodInfo> Methods =>
        Properties.SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<PropertyAttribute>() is not null);

    [Theory]
    [MemberData(nameof(Names))]
    public void Holds(string name)
    {
        MethodInfo method = Methods.Single(m => m.Name == name);
        Config config = Config.QuickThrowOnFailure
            .WithArbitrary([typeof(Arbitraries)])
            .WithMaxTest(method.GetCustomAttribute<PropertyAttribute>()!.MaxTest)
            .WithReplay(Seed, 1)
            .WithQuietOnSuccess(true);

        Check.Method(config, method, null);
    }
}
