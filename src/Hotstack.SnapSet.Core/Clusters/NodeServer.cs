using Hotstack.OpenShift.Objects;
using Hotstack.SnapSets;

namespace Hotstack.Clusters;

/// <summary>A node and the server that it runs on.</summary>
internal sealed record NodeServer(Node Node, Instance Instance)
{
    public override string ToString() => Node.Name;
}
