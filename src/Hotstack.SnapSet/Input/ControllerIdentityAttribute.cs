using System.Collections;
using System.Management.Automation;
using Hotstack.Deployments.Controllers;

namespace Hotstack.Input;

/// <summary>Takes a controller from text, or from any object or hashtable with the keys of upstream's output
/// controller_ansible_host.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ControllerIdentityAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return ObjectText.Bare(inputData) switch
            {
                null or "" => null,
                ControllerAddress address => address,
                string text => ControllerAddress.Parse(text),
                IDictionary or PSObject => ControllerAddress.Of("-Controller", key => ObjectText.Of(ObjectText.Bare(inputData), key)),
                var other => ControllerAddress.Parse(other.ToString() ?? ""),
            };
        }
        catch (HotstackException e)
        {
            throw new ArgumentTransformationMetadataException($"{DisplayText.Of(e.Message)} {DisplayText.Of(e.Hint)}", e);
        }
    }
}
