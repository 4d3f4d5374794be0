using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;
using Hotstack.Sandbox.Orchestration.Hot;

namespace Hotstack.Sandbox.Orchestration.Types;

/// <summary>A resource at work: where it is, and its properties.</summary>
internal sealed record ResourceSite(SandboxCloud Cloud, Stack Stack, StackResource Resource, JsonObject Properties)
{
    public Finder Find { get; } = new(Cloud, Stack.ProjectId);

    /// <summary>The name to give to what is made, if the template gives none.</summary>
    public string Name => Text("name") ?? PhysicalName;

    public string PhysicalName =>
        Orchestration.PhysicalName.Of(Stack.Name, Resource.Name, Resource.ShortId, Resource.Kind.NameLimit);

    public string? Text(string key) => Properties[key] is { } value ? PythonText.Of(value) : null;

    public int? Number(string key) => Properties[key] is { } value ? (int)value : null;

    public bool? Flag(string key) => Properties[key] is { } value ? (bool)value : null;

    public JsonObject Map(string key) => Properties[key] as JsonObject ?? [];

    public JsonArray List(string key) => Properties[key] as JsonArray ?? [];
}

/// <summary>A type of resources.</summary>
internal abstract class ResourceKind(string type)
{
    public static readonly IReadOnlyDictionary<string, ResourceKind> All = new ResourceKind[]
    {
        new NetKind(), new SubnetKind(), new PortKind(), new RouterKind(), new RouterInterfaceKind(), new FloatingIpKind(), new TrunkKind(),
        new ExtraRouteKind(),
        new SecurityGroupKind(), new ServerKind(), new KeyPairKind(), new VolumeKind(), new VolumeAttachmentKind(), new ValueKind(),
        new CloudConfigKind(),
        new MultipartMimeKind(), new SoftwareConfigKind(), new RandomStringKind(), new NoneKind(),
    }.ToDictionary(k => k.Type);

    public string Type { get; } = type;

    public abstract IReadOnlyDictionary<string, PropertySchema> Properties { get; }

    public virtual IReadOnlyList<string> Attributes => [];

    /// <summary>The client whose errors it passes on: <c>nova</c>, <c>neutron</c>, <c>cinder</c>; null if it has none.</summary>
    public virtual string? Client => null;

    /// <summary>How long a name may be that Heat makes up.</summary>
    public virtual int NameLimit => PhysicalName.Most;

    /// <summary>Looks at properties together, before anything is made; what depends on other resources is missing in them.</summary>
    /// <remarks><paramref name="given"/>: As the template has them.</remarks>
    public virtual void Validate(ResourceSite site, JsonNode? given)
    {
    }

    /// <summary>Starts to make it, and sets its physical id.</summary>
    /// <returns>How long that takes.</returns>
    public abstract TimeSpan Begin(ResourceSite site);

    /// <summary>It is made.</summary>
    public virtual void End(ResourceSite site)
    {
    }

    /// <summary>What was there before the stack becomes its resource.</summary>
    public virtual void Adopt(ResourceSite site)
    {
    }

    /// <summary>Whether a change of these properties leaves it what it is.</summary>
    public virtual bool CanUpdate(IReadOnlyCollection<string> changed) => false;

    /// <summary>Starts to change it to the site's properties.</summary>
    /// <returns>How long that takes.</returns>
    public virtual TimeSpan Update(ResourceSite site, IReadOnlyCollection<string> changed) => TimeSpan.Zero;

    /// <summary>Lets go of what the one that replaces it will need.</summary>
    public virtual void Release(ResourceSite site)
    {
    }

    /// <summary>Starts to take it away; that it is gone already is no error.</summary>
    /// <returns>How long that takes.</returns>
    public virtual TimeSpan Delete(ResourceSite site) => TimeSpan.Zero;

    /// <summary>What <c>get_resource</c> gives.</summary>
    public virtual JsonNode? Reference(ResourceSite site) => site.Resource.PhysicalId;

    public virtual JsonNode? Attribute(ResourceSite site, string name) => null;

    /// <summary>Resources it waits for though its properties do not name them.</summary>
    public virtual IEnumerable<string> Waits(TemplateResource self, HotTemplate template) => [];

    protected static IEnumerable<string> Others(HotTemplate template, string type, Func<JsonObject, bool> matches) =>
        template.Resources.Values.Where(r => r.Type == type && r.Properties is JsonObject o && matches(o)).Select(r => r.Name);

    /// <summary>The subnets of a network, told by how the template names it.</summary>
    protected static IEnumerable<string> SubnetsOf(HotTemplate template, JsonNode? network) => network is null
        ? []
        : Others(template, "OS::Neutron::Subnet", o => JsonNode.DeepEquals(o["network"] ?? o["network_id"], network));

    protected static ApiException Gone(string what, string? id) => new(404, $"{what} {id} could not be found.", what + "NotFound");
}
