using System.Text.Json.Nodes;

namespace Hotstack.Sandbox.Identity;

/// <summary>The service catalogue, the same for everybody but for the project in some addresses.</summary>
internal static class Catalogue
{
    public const string Region = "RegionOne";

    private static readonly string[] Interfaces = ["public", "internal", "admin"];

    private static readonly (string Type, string Name, string Path)[] Services =
    [
        ("identity", "keystone", "/identity"),
        ("compute", "nova", "/compute/v2.1"),
        ("image", "glance", "/image"),
        ("network", "neutron", "/networking"),
        ("orchestration", "heat", "/orchestration/v1/{project}"),
        ("volumev3", "cinderv3", "/volume/v3/{project}"),
        ("block-storage", "cinder", "/volume/v3/{project}"),
    ];

    public static JsonArray Of(Project project, string origin) => new([.. Services.Select(service => new JsonObject
    {
        ["endpoints"] = new JsonArray([.. Interfaces.Select(face => new JsonObject
        {
            ["id"] = StableId($"{service.Type}/{face}"),
            ["interface"] = face,
            ["region_id"] = Region,
            ["url"] = origin + service.Path.Replace("{project}", project.Id, StringComparison.Ordinal),
            ["region"] = Region,
        })]),
        ["id"] = StableId(service.Type),
        ["type"] = service.Type,
        ["name"] = service.Name,
    })]);

    /// <summary>An id that is the same in every sandbox, as hexadecimal digits.</summary>
    public static string StableId(string of) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(of)))[..32];
}
