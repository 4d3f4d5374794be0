using Hotstack.Sandbox.Identity;
using Hotstack.Sandbox.Imaging;

namespace Hotstack.Sandbox.Compute;

/// <summary>The snapshot of one image-booted server, from the request to the idle server.</summary>
internal sealed class ImageSnapshot(SandboxCloud cloud, Server server, Image image, InstanceAction action, Token token, FaultKind? fate)
{
    private ImageData Data => cloud.DataOf(image.Id, server.DiskBytes);

    private SandboxDurations Durations => cloud.Options.Durations;

    public void Request()
    {
        server.TaskState = "image_snapshot_pending";
        server.UpdatedAt = cloud.Now;
        cloud.After(Durations.SnapshotRequest, () =>
        {
            Step("image_snapshot");
            cloud.Snapshots.Enter(server.Host, Begin);
        });
    }

    private void Begin()
    {
        // A running server's disk is frozen first and copied then; a stopped one's is only copied.
        var live = server.VmState is "active" or "paused";
        cloud.After(live ? Durations.SnapshotPending / 2 : Durations.SnapshotPending, () =>
        {
            if (!live)
            {
                Upload();
                return;
            }

            Step("image_pending_upload");
            cloud.After(Durations.SnapshotPending / 2, Upload);
        });
    }

    private void Upload()
    {
        if (Aborted())
        {
            End();
            return;
        }

        Step("image_uploading");
        var gib = server.DiskBytes / (double)(1L << 30);
        cloud.After(Durations.SnapshotUploadBase + (Durations.SnapshotUploadPerGiB * gib), Uploaded);
    }

    private void Uploaded()
    {
        if (Aborted())
        {
            End();
        }
        else if (fate == FaultKind.StuckSnapshot || !TokenServes())
        {
            // Nova cannot even delete the image, so it stays as it is for ever.
            Fail();
        }
        else if (fate is FaultKind.KillSnapshot or FaultKind.SnapshotQuota || OverQuota())
        {
            cloud.ImageList.Remove(image);
            Fail();
        }
        else
        {
            Activate();
            cloud.After(Durations.SnapshotFinish, End);
        }
    }

    private void Activate()
    {
        image.Status = "active";
        cloud.Clusters.Keep(server);
        image.Disk = server.Disk.Copy();
        image.DiskFormat = "qcow2";
        image.ContainerFormat = "bare";
        image.VirtualSize = (long)server.Flavor.Disk << 30;
        image.Data = Data;
        image.Properties["owner_id"] = image.Owner;
        image.Properties["image_state"] = "available";
        image.Properties["image_location"] = "snapshot";
        image.UpdatedAt = cloud.Now;
    }

    private bool OverQuota()
    {
        var own = cloud.ImageList.Where(i => i.Owner == image.Owner).ToList();
        var quotas = cloud.Options.Quotas;
        return own.Count > quotas.Images || own.Sum(i => i.Size ?? 0) + Data.Length > quotas.ImageBytes;
    }

    private bool TokenServes() => !token.Revoked && (cloud.Options.ServiceTokens || token.IsValid(cloud.Now));

    /// <summary>Whether the image or the server is gone in the meantime.</summary>
    private bool Aborted()
    {
        if (server.Deleted)
        {
            cloud.ImageList.Remove(image);
            return true;
        }

        return !cloud.ImageList.Contains(image);
    }

    private void Fail()
    {
        action.Message = "Error";
        End();
    }

    private void Step(string taskState)
    {
        if (!server.Deleted && server.TaskState?.StartsWith("image_", StringComparison.Ordinal) == true)
        {
            server.TaskState = taskState;
            server.UpdatedAt = cloud.Now;
        }
    }

    private void End()
    {
        action.UpdatedAt = cloud.Now;
        if (server.TaskState?.StartsWith("image_", StringComparison.Ordinal) == true)
        {
            server.TaskState = null;
            server.UpdatedAt = cloud.Now;
        }

        cloud.Snapshots.Leave(server.Host);
    }
}
