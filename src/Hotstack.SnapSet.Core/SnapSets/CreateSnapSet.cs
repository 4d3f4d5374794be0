using Hotstack.OpenStack;

namespace Hotstack.SnapSets;

public sealed class CreateSnapSet(Cloud cloud)
{
    public Task<SnapSet?> RunAsync(
        CreateSnapSetRequest request, IActivity activity, Confirmation confirm, CancellationToken stop) =>
        throw new NotImplementedException($"{cloud.Name}{request}{activity}{confirm}{stop}");
}
