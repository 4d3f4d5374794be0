using Hotstack.OpenStack.Imaging;

namespace Hotstack.SnapSets.Create;

/// <summary>How far one member of a set is, while the set is made.</summary>
internal sealed class MemberRun(PlannedMember plan)
{
    public PlannedMember Plan { get; } = plan;

    public Instance Instance => Plan.Instance;

    /// <summary>The image; null until its id is known.</summary>
    public string? ImageId { get; set; } = plan.Existing?.Id;

    /// <summary>The image as last seen.</summary>
    public Image? Image { get; set; } = plan.Existing;

    /// <summary>The volumes that the image is to name.</summary>
    public IReadOnlyList<SnapSetVolume> Volumes { get; set; } = [];

    /// <summary>Nova was told by this run to make the image.</summary>
    public bool WasOrdered { get; set; }

    /// <summary>The order got no answer: there may be an image, or not.</summary>
    public bool IsOutcomeUnknown { get; set; }

    public int Orders { get; set; }

    /// <summary>The image's data is whole, and so are the volume snapshots that it names.</summary>
    public bool IsReady { get; set; }

    public HotstackException? Failure { get; set; }

    public StuckWatch Watch { get; } = new();

    public string Status => IsReady ? "active" : Image?.Status ?? (IsOutcomeUnknown ? "unknown" : "ordered");
}
