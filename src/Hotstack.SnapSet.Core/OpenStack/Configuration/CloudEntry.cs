using Hotstack.Configuration;

namespace Hotstack.OpenStack.Configuration;

/// <summary>One cloud as configured, before its profile and regions are worked in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its keys, spelled with underscores.</param>
/// <param name="File">The file that defines it; null for the cloud made from variables.</param>
internal sealed record CloudEntry(string Name, ConfigMap Settings, string? File)
{
    /// <summary>For messages: <c>cloud lab (/etc/openstack/clouds.yaml)</c>.</summary>
    public string Title => $"cloud {Name} ({File ?? "made from OS_* variables"})";
}
