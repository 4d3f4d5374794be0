using System.Text.Json.Nodes;
using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Imaging;

/// <summary>With which projects an image is shared.</summary>
internal sealed class ImageMembers(SandboxCloud cloud, Func<ApiCall, Image> visible, Func<ApiCall, Image> modifiable)
{
    public void Map(Routes routes)
    {
        routes.Get("/v2/images/{id}/members", call => Reply.Ok(new JsonObject
        {
            ["members"] = new JsonArray([.. visible(call) is var image ? image.Members.Keys.Select(m => Of(image, m)) : []]),
            ["schema"] = "/v2/schemas/members",
        }));
        routes.Post("/v2/images/{id}/members", call =>
        {
            var image = modifiable(call);
            var member = (string?)(call.ParseBody() as JsonObject)?["member"]
                ?? throw new ApiException(400, "Member to be added not specified");
            if (image.Visibility != "shared")
            {
                throw new ApiException(403, "Only shared images have members.");
            }

            return image.Members.TryAdd(member, "pending") ? Reply.Ok(Of(image, member))
                : throw new ApiException(409, $"Member {member} is duplicated for image {image.Id}");
        });
        routes.Put("/v2/images/{id}/members/{member}", call =>
        {
            var image = visible(call);
            var member = call.Route("member");
            if (!image.Members.ContainsKey(member))
            {
                throw new ApiException(404, $"{member} not found in the member list of the image {image.Id}.");
            }

            if (member != call.Token.ProjectId && !call.Token.IsAdmin)
            {
                throw new ApiException(403, $"Not allowed to update members for image {image.Id}.");
            }

            image.Members[member] = (string?)(call.ParseBody() as JsonObject)?["status"]
                ?? throw new ApiException(400, "Status not specified");
            return Reply.Ok(Of(image, member));
        });
        routes.Delete("/v2/images/{id}/members/{member}", call => modifiable(call).Members.Remove(call.Route("member"))
            ? Reply.Empty(204, "text/html; charset=UTF-8")
            : throw new ApiException(404, $"{call.Route("member")} not found in the member list."));
    }

    private JsonObject Of(Image image, string member) => new()
    {
        ["member_id"] = member, ["image_id"] = image.Id, ["status"] = image.Members[member],
        ["created_at"] = Times.Z(image.CreatedAt), ["updated_at"] = Times.Z(cloud.Now), ["schema"] = "/v2/schemas/member",
    };
}
