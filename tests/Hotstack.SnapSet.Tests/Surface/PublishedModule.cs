using System.Management.Automation;
using System.Reflection;
using Hotstack.Commands;

namespace Hotstack.Surface;

/// <summary>The module as users get it, and its cmdlets as their types describe them.</summary>
internal static class PublishedModule
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Root, "out", "Hotstack.SnapSet");

    public static string Assembly { get; } = Path.Combine(Folder, "Hotstack.SnapSet.dll");

    public static IReadOnlyDictionary<string, object> Manifest { get; } =
        Psd1.Read(File.ReadAllText(Path.Combine(Folder, "Hotstack.SnapSet.psd1")));

    /// <summary>What the manifest says for a gallery.</summary>
    public static IReadOnlyDictionary<string, object> GalleryData { get; } =
        (IReadOnlyDictionary<string, object>)((IReadOnlyDictionary<string, object>)Manifest["PrivateData"])["PSData"];

    /// <summary>With the label of a prerelease, if it is one.</summary>
    public static string Version { get; } = $"{Manifest["ModuleVersion"]}-{GalleryData["Prerelease"]}".TrimEnd('-');

    public static string Package { get; } = Path.Combine(Root, "out", $"Hotstack.SnapSet.{Version}.nupkg");

    /// <summary>Relative to the folder, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Type> Cmdlets { get; } =
        [.. typeof(GetHotstackSnapSet).Assembly.ExportedTypes.Where(t => Cmdlet(t) is not null).OrderBy(NameOf, StringComparer.Ordinal)];

    /// <summary>As data: PowerShell's own attribute classes are hollow in the reference assembly.</summary>
    public static CustomAttributeData? Cmdlet(MemberInfo type) => AttributesOf<CmdletAttribute>(type).SingleOrDefault();

    public static string NameOf(Type cmdlet) =>
        $"{Cmdlet(cmdlet)!.ConstructorArguments[0].Value}-{Cmdlet(cmdlet)!.ConstructorArguments[1].Value}";

    public static IEnumerable<string> AliasesOf(Type cmdlet) => AttributesOf<AliasAttribute>(cmdlet)
        .SelectMany(a => (IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(alias => (string)alias.Value!);

    public static IEnumerable<CustomAttributeData> AttributesOf<T>(MemberInfo member) =>
        member.CustomAttributes.Where(a => a.AttributeType.FullName == typeof(T).FullName);

    public static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;

    public static IReadOnlyList<PropertyInfo> ParametersOf(Type cmdlet) =>
        [.. cmdlet.GetProperties().Where(p => AttributesOf<ParameterAttribute>(p).Any()).OrderBy(p => p.Name, StringComparer.Ordinal)];

    public static IEnumerable<string> ParameterSetsOf(Type cmdlet) =>
        ParametersOf(cmdlet).SelectMany(AttributesOf<ParameterAttribute>)
            .Select(a => (string?)Named(a, nameof(ParameterAttribute.ParameterSetName))).OfType<string>().Distinct();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hotstack.SnapSet.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run inside the source tree.");
        }

        return folder.FullName;
    }
}
