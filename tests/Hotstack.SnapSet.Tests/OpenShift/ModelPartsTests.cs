using System.Reflection;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Xunit;

namespace Hotstack.OpenShift;

/// <summary>
/// Only the parts of models that <see cref="ModelJson.Parts"/> names are read. A part that Core's code asks for and that is not named would be
/// null in every object of every cluster, and nothing would say so.
/// </summary>
public sealed class ModelPartsTests
{
    public static TheoryData<string> Models => [.. ModelJson.Parts.Keys.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void What_is_asked_for_is_read(string model) => Assert.Empty(Missing(ModelOf(model), ModelJson.Parts[ModelOf(model)]));

    [Theory]
    [MemberData(nameof(Models))]
    public void What_nobody_asks_for_is_not_read(string model)
    {
        // Metadata is written back as it came.
        if (ModelOf(model) != typeof(V1ObjectMeta))
        {
            Assert.Empty(ModelJson.Parts[ModelOf(model)].Except(Asked(ModelOf(model))));
        }
    }

    /// <summary>A name that the model does not have would be a slip of the pen: what was meant is not read.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void What_is_read_is_there(string model) =>
        Assert.Empty(ModelJson.Parts[ModelOf(model)].Except(ModelOf(model).GetProperties().Select(JsonNameOf)));

    /// <summary>That the first of these tests would fail: for each part, as if it had been forgotten.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_part_that_is_left_out_is_noticed(string model)
    {
        string[] parts = ModelJson.Parts[ModelOf(model)];
        foreach (string part in parts.Intersect(Asked(ModelOf(model))))
        {
            Assert.Equal([part], Missing(ModelOf(model), [.. parts.Except([part])]));
        }
    }

    private static PackageReferences Core { get; } = PackageReferences.Of(typeof(KubernetesOperations).Assembly.Location);

    private static Type ModelOf(string name) => ModelJson.Parts.Keys.Single(model => model.Name == name);

    private static IEnumerable<string> Missing(Type model, string[] parts) => Asked(model).Except(parts);

    /// <summary>What Core asks of a model, as JSON names it: by the model's own properties, or by an interface that it has.</summary>
    private static IReadOnlyList<string> Asked(Type model) =>
    [
        .. Core.Getters.Where(getter => getter.Type == model.FullName || (getter.Type == "k8s.Models.IMetadata`1" && IsObject(model)))
            .Select(getter => JsonNameOf(model.GetProperty(getter.Property)!)).Distinct(),
    ];

    /// <summary>Not so a template of pods: of that nobody asks for metadata by the interface.</summary>
    private static bool IsObject(Type model) => model.IsAssignableTo(typeof(IKubernetesObject<V1ObjectMeta>));

    private static string JsonNameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;
}
