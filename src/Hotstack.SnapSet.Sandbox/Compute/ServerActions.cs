using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Compute;

/// <summary><c>POST /servers/{id}/action</c>.</summary>
internal sealed class ServerActions(SandboxCloud cloud)
{
    private SandboxDurations Durations => cloud.Options.Durations;

    public Reply Act(ApiCall call, Server server)
    {
        // Nova's server gives it no body that comes in chunks.
        if (call.Chunked || call.ParseBody() is not JsonObject { Count: 1 } body)
        {
            throw new ApiException(400, "Malformed request body");
        }

        var (name, argument) = (body.First().Key, body.First().Value);
        switch (name)
        {
            case "os-stop":
                CheckLock(call, server);
                Check(server, "stop", "active", "error");
                Change(call, server, "stop", "powering-off", Durations.Stop, "stopped");
                break;
            case "os-start":
                CheckLock(call, server);
                Check(server, "start", "stopped");
                Change(call, server, "start", "powering-on", Durations.Start, "active");
                break;
            case "reboot":
                CheckLock(call, server);
                Check(server, "reboot", "active", "stopped", "paused", "suspended", "error");
                var hard = (string?)(argument as JsonObject)?["type"] == "HARD";
                Change(call, server, "reboot", hard ? "reboot_started_hard" : "rebooting", Durations.Reboot, "active");
                break;
            case "pause":
                CheckLock(call, server);
                Check(server, "pause", "active");
                Change(call, server, "pause", "pausing", Durations.Stop / 3, "paused");
                break;
            case "unpause":
                CheckLock(call, server);
                Check(server, "unpause", "paused");
                Change(call, server, "unpause", "unpausing", Durations.Start / 3, "active");
                break;
            case "lock" or "unlock":
                server.Locked = name == "lock";
                Record(call, server, name);
                break;
            case "os-getConsoleOutput":
                return ConsoleOutput.Of(server, argument, cloud.ConsoleOf(server));
            case "createImage":
                return CreateImage(call, server, CreateImageRequest.Read(argument));
            default:
                throw new ApiException(400, "There is no such action: " + name);
        }

        return Reply.Empty(202, "application/json");
    }

    public void Delete(ApiCall call, Server server)
    {
        CheckLock(call, server);
        Record(call, server, "delete");
        server.TaskState = "deleting";
        server.UpdatedAt = cloud.Now;
        cloud.After(Durations.Delete, () =>
        {
            if (!server.Deleted)
            {
                cloud.RemoveServer(server);
            }
        });
    }

    internal static void CheckLock(ApiCall call, Server server)
    {
        if (server.Locked && !call.Token.IsAdmin)
        {
            throw new ApiException(409, $"Instance {server.Id} is locked");
        }
    }

    internal static void Check(Server server, string action, params ReadOnlySpan<string> states)
    {
        CheckVmState(server, action, states);
        if (server.TaskState is { } task)
        {
            throw new ApiException(409, $"Cannot '{action}' instance {server.Id} while it is in task_state {task}");
        }
    }

    /// <summary>For what may be done also while something else is.</summary>
    internal static void CheckVmState(Server server, string action, params ReadOnlySpan<string> states)
    {
        if (!states.Contains(server.VmState))
        {
            throw new ApiException(409, $"Cannot '{action}' instance {server.Id} while it is in vm_state {server.VmState}");
        }
    }

    private InstanceAction Record(ApiCall call, Server server, string name)
    {
        var action = new InstanceAction
        {
            Action = name, RequestId = call.RequestId, UserId = call.Token.User.Id, StartTime = cloud.Now, UpdatedAt = cloud.Now,
        };
        server.Actions.Insert(0, action);
        return action;
    }

    private void Change(ApiCall call, Server server, string name, string taskState, TimeSpan duration, string vmState)
    {
        var action = Record(call, server, name);
        server.TaskState = taskState;
        server.UpdatedAt = cloud.Now;
        cloud.After(duration, () =>
        {
            if (server.TaskState != taskState)
            {
                return;
            }

            server.TaskState = null;
            server.VmState = vmState;
            server.UpdatedAt = action.UpdatedAt = cloud.Now;
        });
    }

    private Reply CreateImage(ApiCall call, Server server, CreateImageRequest request)
    {
        // A lock does not keep from this.
        Check(server, "createImage", "active", "stopped", "paused", "suspended");
        var fate = cloud.Faults.TakeSnapshot(server)?.Kind;
        var action = Record(call, server, "createImage");
        var maker = new SnapshotImages(cloud, call, server, request);
        string id;
        if (server.ImageId is null)
        {
            id = maker.OfVolumes(fate).Id;
        }
        else
        {
            var image = maker.OfDisk();
            new ImageSnapshot(cloud, server, image, action, call.Token, fate).Request();
            id = image.Id;
        }

        return call.Microversion >= 45
            ? Reply.Json(202, new JsonObject { ["image_id"] = id })
            : Reply.Empty(202, "application/json").With("Location", $"{call.Origin}/image/images/{id}");
    }
}
