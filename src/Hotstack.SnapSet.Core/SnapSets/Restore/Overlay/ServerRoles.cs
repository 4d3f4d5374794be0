using System.Text.Json;
using Hotstack.Configuration;
using Hotstack.Deployments.Members;
using Hotstack.Templates;

namespace Hotstack.SnapSets.Restore.Overlay;

/// <summary>The roles of a template's servers, as they are found for a stack of it.</summary>
/// <param name="bundle">The template.</param>
internal sealed class ServerRoles(TemplateBundle bundle)
{
    private readonly TemplateRoles _roles = new(JsonSerializer.SerializeToElement(DocJson.Of(bundle.Document)));

    /// <summary>The role of a server's resource.</summary>
    public string Of(TemplateServer server) => _roles.Of(server.ResourceName) ?? MemberRoles.ByName(server.ResourceName);
}
