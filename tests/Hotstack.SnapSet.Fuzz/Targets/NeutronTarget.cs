using System.Text.Json;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Networking;

namespace Hotstack.Fuzz.Targets;

/// <summary>Ports and quotas.</summary>
internal sealed class NeutronTarget() : BodyTarget("neutron", "ports", "quota")
{
    protected override void Read(JsonElement answer)
    {
        All(answer, "ports", Port.From);
        foreach (Quota quota in Neutron.Quotas(answer))
        {
            quota.Fits(1);
        }
    }
}
