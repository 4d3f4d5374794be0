// Saved objects carry the full names of these types (Deserialized.Hotstack.SnapSets.Instance, ...), so the names stay what they were when
// the types came into other rooms. The aliases spare each file a using of a room that it does not use.
global using ClusterRecord = Hotstack.Clusters.ClusterRecord;
global using Instance = Hotstack.SnapSets.Instance;
global using InstancePort = Hotstack.SnapSets.InstancePort;
global using NodeRecord = Hotstack.Clusters.NodeRecord;
global using PortAddress = Hotstack.SnapSets.PortAddress;
global using RestoredStack = Hotstack.Restoring.RestoredStack;
global using SnapSetExport = Hotstack.Moving.SnapSetExport;
