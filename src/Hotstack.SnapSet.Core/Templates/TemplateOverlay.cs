using Hotstack.SnapSets;

namespace Hotstack.Templates;

/// <summary>Lays a set over a template: each member's image, MAC addresses and volumes on its own server resource.</summary>
internal static class TemplateOverlay
{
    public static OverlayResult Apply(TemplateBundle bundle, SnapSet set, IReadOnlySet<string> withPinnedImage) => throw new NotImplementedException($"{bundle} {set} {withPinnedImage}");
}
