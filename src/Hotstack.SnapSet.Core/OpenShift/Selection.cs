namespace Hotstack.OpenShift;

/// <summary>Which objects of a kind are asked for. What is null does not select.</summary>
internal sealed record Selection
{
    public static readonly Selection All = new();

    /// <summary>Only those of this namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only those whose labels fit: <c>app=multus,tier!=cache</c>.</summary>
    public string? Labels { get; init; }

    /// <summary>Only those whose fields fit, of the few fields that a kind can be asked by: <c>spec.nodeName=master-0</c>.</summary>
    public string? Fields { get; init; }

    public IEnumerable<KeyValuePair<string, string>> Query
    {
        get
        {
            if (Labels is not null)
            {
                yield return new("labelSelector", Labels);
            }

            if (Fields is not null)
            {
                yield return new("fieldSelector", Fields);
            }
        }
    }
}
