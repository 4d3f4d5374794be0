using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using k8s;

namespace Hotstack.OpenShift;

/// <summary>What an assembly of ours refers to of KubernetesClient, by its own metadata: whatever its code names is there.</summary>
internal sealed class PackageReferences
{
    private static readonly string Package = typeof(IKubernetes).Assembly.GetName().Name!;

    private readonly MetadataReader _metadata;

    private PackageReferences(MetadataReader metadata)
    {
        _metadata = metadata;
        Assemblies = [.. _metadata.AssemblyReferences.Select(handle => NameOf(_metadata.GetAssemblyReference(handle).Name))];
        Types = [.. _metadata.TypeReferences.Select(FullNameOf).OfType<string>()];
        Getters =
        [
            .. _metadata.MemberReferences.Select(_metadata.GetMemberReference)
                .Where(member => NameOf(member.Name).StartsWith("get_", StringComparison.Ordinal))
                .Select(member => (Type: OwnerOf(member.Parent), Property: NameOf(member.Name)["get_".Length..]))
                .Where(getter => getter.Type is not null)
                .Select(getter => (getter.Type!, getter.Property)).Distinct(),
        ];
    }

    /// <summary>The names of all assemblies that it refers to.</summary>
    public IReadOnlyList<string> Assemblies { get; }

    /// <summary>The package's types that it names anywhere, with their namespaces; <c>A+B</c> for a nested one.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The properties of the package's types that it asks for.</summary>
    public IReadOnlyList<(string Type, string Property)> Getters { get; }

    public static PackageReferences Of(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        return new PackageReferences(file.GetMetadataReader());
    }

    private string NameOf(StringHandle handle) => _metadata.GetString(handle);

    /// <returns>Null for what is of another assembly.</returns>
    private string? FullNameOf(TypeReferenceHandle handle)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        string name = NameOf(type.Name);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => FullNameOf((TypeReferenceHandle)type.ResolutionScope) is { } outer ? $"{outer}+{name}" : null,
            HandleKind.AssemblyReference when NameOf(
                _metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) == Package =>
                $"{NameOf(type.Namespace)}.{name}",
            _ => null,
        };
    }

    private string? OwnerOf(EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => FullNameOf((TypeReferenceHandle)parent),
        HandleKind.TypeSpecification => OwnerOf((TypeSpecificationHandle)parent),
        _ => null,
    };

    /// <summary>The generic type of which it is an instance.</summary>
    private string? OwnerOf(TypeSpecificationHandle handle)
    {
        BlobReader signature = _metadata.GetBlobReader(_metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        signature.ReadByte();
        return signature.ReadTypeHandle() is { Kind: HandleKind.TypeReference } generic ? FullNameOf((TypeReferenceHandle)generic) : null;
    }
}
