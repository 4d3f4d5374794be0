using k8s.Models;

namespace Hotstack.Sandbox.StockClient;

/// <summary>
/// The fields that an API server writes in every object that has their parent: in its Go types they have no <c>omitempty</c>
/// (https://github.com/kubernetes/api, https://github.com/kubernetes/apimachinery), or its defaults and validation see to them.
/// Numbers and booleans are no business of this table: KubernetesClient has 0 and false where they are missing.
/// </summary>
internal static class AlwaysWritten
{
    public static readonly IReadOnlyDictionary<Type, string[]> Fields = new Dictionary<Type, string[]>
    {
        [typeof(V1ObjectMeta)] = ["Name", "Uid", "ResourceVersion", "CreationTimestamp"],
        [typeof(V1ListMeta)] = ["ResourceVersion"],
        [typeof(V1OwnerReference)] = ["ApiVersion", "Kind", "Name", "Uid"],
        [typeof(V1LabelSelectorRequirement)] = ["Key", "OperatorProperty"],

        [typeof(V1Node)] = ["Spec", "Status"],
        [typeof(V1NodeStatus)] = ["Addresses", "Allocatable", "Capacity", "Conditions", "DaemonEndpoints", "NodeInfo"],
        [typeof(V1NodeSystemInfo)] =
        [
            "MachineID", "SystemUUID", "BootID", "KernelVersion", "OsImage", "ContainerRuntimeVersion", "KubeletVersion", "KubeProxyVersion",
            "OperatingSystem", "Architecture",
        ],
        [typeof(V1NodeCondition)] = ["Type", "Status", "Reason", "Message", "LastHeartbeatTime", "LastTransitionTime"],
        [typeof(V1NodeAddress)] = ["Type", "Address"],
        [typeof(V1Taint)] = ["Key", "Effect"],

        [typeof(V1Pod)] = ["Spec", "Status"],
        [typeof(V1PodSpec)] = ["Containers", "RestartPolicy", "DnsPolicy", "SchedulerName", "SecurityContext", "TerminationGracePeriodSeconds"],
        [typeof(V1Container)] = ["Name", "Image", "ImagePullPolicy", "Resources", "TerminationMessagePath", "TerminationMessagePolicy"],
        [typeof(V1Volume)] = ["Name"],
        [typeof(V1PodStatus)] = ["Phase", "QosClass"],
        [typeof(V1PodCondition)] = ["Type", "Status", "LastTransitionTime"],
        [typeof(V1PodIP)] = ["Ip"],
        [typeof(V1HostIP)] = ["Ip"],
        [typeof(V1ContainerStatus)] = ["Name", "Image", "ImageID", "State", "LastState"],
        [typeof(V1ContainerStateRunning)] = ["StartedAt"],
        [typeof(V1ContainerStateTerminated)] = ["StartedAt", "FinishedAt", "Reason"],
        [typeof(V1ContainerStateWaiting)] = ["Reason"],

        [typeof(V1Namespace)] = ["Spec", "Status"],
        [typeof(V1NamespaceSpec)] = ["Finalizers"],
        [typeof(V1NamespaceStatus)] = ["Phase"],
        [typeof(V1Secret)] = ["Type"],
        [typeof(Corev1Event)] = ["InvolvedObject"],

        [typeof(V1CertificateSigningRequest)] = ["Spec", "Status"],
        [typeof(V1CertificateSigningRequestSpec)] = ["Request", "SignerName", "Username", "Usages", "Groups"],
        [typeof(V1CertificateSigningRequestCondition)] = ["Type", "Status", "LastUpdateTime", "LastTransitionTime"],
        [typeof(V1Lease)] = ["Spec"],
        [typeof(V1LeaseSpec)] = ["HolderIdentity", "LeaseDurationSeconds", "RenewTime"],

        [typeof(V1APIService)] = ["Spec", "Status"],
        [typeof(V1APIServiceSpec)] = ["Version"],
        [typeof(V1APIServiceStatus)] = ["Conditions"],
        [typeof(V1APIServiceCondition)] = ["Type", "Status", "LastTransitionTime", "Reason", "Message"],

        [typeof(V1DaemonSet)] = ["Spec", "Status"],
        [typeof(V1DaemonSetSpec)] = ["Selector", "Template", "UpdateStrategy", "RevisionHistoryLimit"],
        [typeof(V1Deployment)] = ["Spec", "Status"],
        [typeof(V1DeploymentSpec)] = ["Replicas", "Selector", "Template", "Strategy", "RevisionHistoryLimit", "ProgressDeadlineSeconds"],
        [typeof(V1ReplicaSet)] = ["Spec", "Status"],
        [typeof(V1ReplicaSetSpec)] = ["Replicas", "Selector", "Template"],
        [typeof(V1PodTemplateSpec)] = ["Spec"],
        [typeof(V1PodDisruptionBudget)] = ["Spec", "Status"],
        [typeof(V1PodDisruptionBudgetSpec)] = ["Selector"],
    };
}
