using Hotstack.Http;
using Hotstack.OpenStack;
using Hotstack.OpenStack.Compute;
using Hotstack.SnapSets.Marks;

namespace Hotstack.SnapSets.Create;

/// <summary>Tells Nova to make images. An order that got no answer is never just repeated: it may have been taken.</summary>
internal sealed class SnapshotOrders(Cloud cloud, CreationPlan plan, IActivity activity)
{
    /// <summary>Orders an image of every member that has none, all at once.</summary>
    /// <exception cref="HotstackException">Nova refused at least one.</exception>
    public async Task PlaceAsync(IReadOnlyCollection<MemberRun> members, CancellationToken stop)
    {
        await Fanout.ForEachAsync(members.Where(m => m.Image is { IsReady: false }), DropIfStuckAsync, stop);
        await Fanout.ForEachAsync(members.Where(m => m.ImageId is null), PlaceAsync, stop);
        MemberFailures.ThrowIfAny(members);
    }

    /// <summary>Orders one image; a refusal becomes the member's failure.</summary>
    public async Task PlaceAsync(MemberRun member, CancellationToken stop)
    {
        string name = SnapSetImageName.Of(member.Instance.Name, plan.Id);
        member.WasOrdered = true;
        member.IsOutcomeUnknown = true;
        member.Orders++;
        try
        {
            member.ImageId = await cloud.Compute.CreateImageAsync(
                member.Instance.Id, name, plan.PropertiesOf(member.Plan, member.Volumes).ToMetadata(), stop);
            member.IsOutcomeUnknown = false;
            activity.Verbose($"{member.Instance.Name}: Nova makes image {member.ImageId} of server {member.Instance.Id}.");
        }
        catch (ServiceException e) when (e.IsOutcomeUnknown)
        {
            activity.Verbose($"{member.Instance.Name}: {e.Message} Looking for the image instead of asking again.");
        }
        catch (HotstackException e)
        {
            member.IsOutcomeUnknown = false;
            member.Failure = e;
        }

        member.Watch.Start(cloud.Time.GetUtcNow(), isInDoubt: member.IsOutcomeUnknown);
    }

    /// <summary>An earlier run's image that nobody works on any more is deleted, to be made anew.</summary>
    private async Task DropIfStuckAsync(MemberRun member, CancellationToken stop)
    {
        Server server = await cloud.Compute.GetServerAsync(member.Instance.Id, stop);
        if (server.TaskState is null && !member.Image!.IsBeingImported)
        {
            activity.Verbose($"{member.Instance.Name}: image {member.ImageId} is {member.Image.Status} and its server idle; making it anew.");
            await cloud.Images.DeleteAsync(member.ImageId!, stop);
            member.ImageId = null;
            member.Image = null;
        }
        else
        {
            member.Watch.Start(cloud.Time.GetUtcNow(), isInDoubt: false);
        }
    }
}
