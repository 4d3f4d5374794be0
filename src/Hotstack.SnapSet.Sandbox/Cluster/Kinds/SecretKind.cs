using System.Text;
using System.Text.Json.Nodes;
using Hotstack.Sandbox.Cluster.Objects;
using Hotstack.Sandbox.Cluster.Trust;

namespace Hotstack.Sandbox.Cluster.Kinds;

/// <summary>Secrets: those with a certificate of an operator show the one of today, and return when they are deleted.</summary>
internal sealed class SecretKind(ObjectStore store, Certificates certificates) : Kind(ResourceTypes.Secrets, store)
{
    public override JsonObject View(JsonObject stored) => certificates.View(stored);

    public override void Fill(JsonObject o)
    {
        o["type"] ??= "Opaque";
        if (o["stringData"] is JsonObject texts)
        {
            // This field is write-only.
            foreach (var (key, value) in texts)
            {
                o.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
            }

            o.Remove("stringData");
        }
    }

    public override bool Delete(JsonObject o, long? grace)
    {
        base.Delete(o, grace);
        certificates.Deleted(o);
        return true;
    }
}
