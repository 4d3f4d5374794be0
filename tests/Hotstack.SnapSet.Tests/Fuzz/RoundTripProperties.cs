using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using Hotstack.Clusters;
using Hotstack.Configuration;
using Hotstack.Deployments;
using Hotstack.Fuzz.Targets;
using Hotstack.OpenShift;
using Hotstack.OpenShift.Configuration;
using Hotstack.OpenStack.Configuration;
using Hotstack.OpenStack.Imaging;
using Hotstack.SnapSets;
using Hotstack.SnapSets.Marks;
using Hotstack.SnapSets.Move;
using Hotstack.Templates;

namespace Hotstack.Fuzz;

/// <summary>What one part writes, another reads: it comes back as it was.</summary>
public static class RoundTripProperties
{
    private static readonly SourceMark Mark = TemplateErrors.Mark("p.yaml", TemplateErrors.Parameters);

    [Property]
    public static bool Tags(PlainText name, PlainText role, Mac mac)
    {
        var tags = new SnapSetTags(name.Value.Replace('=', '-'), role.Value.Replace('=', '-'), "k3v9x2m1", Colons(mac));
        return SnapSetTags.From([.. tags.ToList().Reverse(), "other", "name"]) == tags && tags.AreIn(tags.ToList());
    }

    [Property]
    public static bool The_properties_of_an_image(PlainText name, PlainText stack, Mac mac, PositiveInt size, Second at)
    {
        var properties = new SnapSetProperties
        {
            SnapId = "k3v9x2m1", Name = name.Value, Role = "ocp_master", MacAddresses = [Colons(mac), "fa:16:9e:00:00:01"], SourceId = "s",
            MemberCount = size.Get, Facts = new() { StackName = stack.Value }, CreatedAt = at.Value,
            Volumes = [new SnapSetVolume { SnapshotId = "1", Device = "/dev/vdb", Size = size.Get, ResourceName = stack.Value }],
        };
        var image = new Image { Id = "i", Status = "active", Properties = properties.ToMetadata().Append(new("instance_uuid", "s"))
            .ToDictionary() };
        return SnapSetProperties.From(image)?.ToMetadata().OrderBy(p => p.Key)
            .SequenceEqual(properties.ToMetadata().OrderBy(p => p.Key)) == true;
    }

    [Property]
    public static bool The_record_of_a_cluster(PlainText id, Second at, Second until, PositiveInt operators, bool wasCordoned)
    {
        var record = new ClusterRecord
        {
            ClusterId = id.Value, Version = "4.18.9", RecordedAt = at.Value, UnattendedUntil = until.Value, OperatorCount = operators.Get,
            ApiGroups = ["route.openshift.io", "apps.example.com"],
            Nodes = [new NodeRecord
            {
                Name = "master-0", InstanceName = "master0", BootId = id.Value, WasUnschedulable = wasCordoned,
                    ClientCertificateUntil = until.Value,
                Addresses = [new("InternalIP", "192.168.32.10")],
            }],
        };
        ClusterRecord? read = ClusterProperties.From(ClusterProperties.Of(record, "master0").ToDictionary(), "master0");
        return JsonSerializer.Serialize(read) == JsonSerializer.Serialize(record);
    }

    [Property]
    public static bool A_manifest(PlainText name, PlainText stack, Mac mac, PositiveInt size, Second at)
    {
        var manifest = new ExportManifest
        {
            Version = 1, Id = "k3v9x2m1", CreatedAt = at.Value, ExportedAt = at.Value, IsCounted = true, StackName = stack.Value,
            Members = [new ExportedMember
            {
                Name = name.Value, Role = "controller", MacAddresses = [Colons(mac)], File = ExportFiles.NamesFor([(name.Value, "raw")])[0],
                    Size = size.Get,
                HashAlgorithm = "md5", Hash = new('a', 32), ImageId = "i", DiskFormat = "raw", ContainerFormat = "bare",
                    Properties = new Dictionary<string, string> { [stack.Value] = name.Value },
            }],
        };
        return JsonSerializer.Serialize(ManifestFile.Parse("m", ManifestFile.Write(manifest))) == JsonSerializer.Serialize(manifest);
    }

    [Property(MaxTest = 150)]
    public static bool Values_as_YAML(JsonValueText json)
    {
        JsonNode? value = JsonNode.Parse(json.Value);
        var map = new JsonObject { ["value"] = value };
        JsonNode? read = DocJson.Of(DocReader.Read(Mark, AnsibleYaml.Write(map), DocRules.Ansible));
        return JsonNode.DeepEquals(Plain(read), Plain(map));
    }

    [Property]
    public static bool A_parameter_file(JsonValueText json)
    {
        JsonNode? value = JsonNode.Parse(json.Value);
        string yaml = AnsibleYaml.Write(new JsonObject { ["stack_parameters"] = new JsonObject { ["p"] = value } });
        ParameterFile file = ParameterFile.Read(Mark, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(yaml)));
        JsonObject read = ParameterSet.Load([file], new Dictionary<string, JsonNode?>()).Parameters;
        return JsonNode.DeepEquals(Plain(read["p"]), Plain(value));
    }

    [Property]
    public static bool A_cloud(PlainText user, PlainText password, PlainText project)
    {
        string yaml = Yaml(new JsonObject
        {
            ["clouds"] = new JsonObject
            {
                ["lab"] = new JsonObject
                {
                    ["auth"] = new JsonObject { ["auth_url"] = "https://k.example/v3", ["username"] = user.Value,
                        ["password"] = password.Value, ["project_name"] = project.Value },
                },
            },
        });
        CloudConfiguration cloud = new CloudConfigurationLoader(
            new Sources { ["/w/clouds.yaml"] = System.Text.Encoding.UTF8.GetBytes(yaml) }.Build()).Load("lab", null);
        return (cloud.Auth["username"], cloud.Auth["password"], cloud.Auth["project_name"]) == (user.Value, password.Value, project.Value);
    }

    [Property]
    public static bool A_kubeconfig(PlainText context, PlainText user, PlainText password)
    {
        static JsonObject Named(string name, string kind, JsonObject values) => new() { ["name"] = name, [kind] = values };
        string yaml = Yaml(new JsonObject
        {
            ["clusters"] = new JsonArray(Named("c", "cluster", new() { ["server"] = "https://api.example:6443" })),
            ["users"] = new JsonArray(Named("u", "user", new() { ["username"] = user.Value, ["password"] = password.Value })),
            ["contexts"] = new JsonArray(Named(context.Value, "context", new() { ["cluster"] = "c", ["user"] = "u", ["namespace"] = "n" })),
            ["current-context"] = context.Value,
        });
        ClusterConfiguration read = new KubeconfigLoader(new Sources { ["/w/k"] = System.Text.Encoding.UTF8.GetBytes(yaml) }.Build()).Load(
            "/w/k", null);
        return (read.Context, read.BasicUser, read.BasicPassword, read.Namespace) == (context.Value, user.Value, password.Value, "n");
    }

    /// <summary>YAML of a file that Ansible does not read.</summary>
    private static string Yaml(JsonObject values) => DocWriter.Write(DocJson.ToNode(Mark, values));

    private static string Colons(Mac mac) =>
        string.Join(':', mac.Bytes.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Without the difference between 1E+30 and 1e+30.</summary>
    private static JsonNode? Plain(JsonNode? node) => JsonNode.Parse(
        JsonSerializer.Serialize(node).Replace("1E+30", "1E30", StringComparison.OrdinalIgnoreCase));
}
