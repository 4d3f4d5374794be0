using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Hotstack.Surface;

public sealed class LayoutTests
{
    [Fact]
    public void The_published_folder_is_the_module_and_nothing_more()
    {
        string[] help = [.. PublishedModule.Files.Where(file => file.StartsWith("en-US/", StringComparison.Ordinal))];
        Assert.All(help, file => Assert.Matches(@"^en-US/(Hotstack\.SnapSet\.dll-Help\.xml|about_\w+\.help\.txt)$", file));
        Assert.Equal(
            [
                "Hotstack.SnapSet.Format.ps1xml",
                "Hotstack.SnapSet.Types.ps1xml",
                "Hotstack.SnapSet.dll",
                "Hotstack.SnapSet.psd1",
                "LICENSE",
                "NOTICE",
                "README.md",
                "dependencies/Flurl.Http.dll",
                "dependencies/Flurl.dll",
                "dependencies/Fractions.dll",
                "dependencies/Hotstack.SnapSet.Core.dll",
                "dependencies/KubernetesClient.dll",
                "dependencies/Polly.Core.dll",
                "dependencies/YamlDotNet.dll",
                "docs/cluster.md",
                "docs/errors.md",
                "docs/glossary.md",
                "docs/moving.md",
                "docs/recipes.md",
                "docs/restore.md",
                "docs/secrets.md",
            ],
            PublishedModule.Files.Except(help));
    }

    [Fact]
    public void The_cmdlets_reference_only_dotnet_PowerShell_and_Core() =>
        Assert.All(ReferencesOf(PublishedModule.Assembly), name =>
            Assert.True(name is "System.Management.Automation" or "Hotstack.SnapSet.Core" || IsOfDotNet(name), name));

    [Fact]
    public void Core_does_not_know_PowerShell() =>
        Assert.DoesNotContain(
            "System.Management.Automation",
            ReferencesOf(Path.Combine(PublishedModule.Folder, "dependencies", "Hotstack.SnapSet.Core.dll")));

    private static bool IsOfDotNet(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));

    private static string[] ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }
}
