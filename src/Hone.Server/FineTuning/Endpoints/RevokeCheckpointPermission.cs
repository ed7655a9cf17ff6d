using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>DELETE /v1/fine_tuning/checkpoints/{checkpoint}/permissions/{id}</summary>
static class RevokeCheckpointPermission
{
    public sealed record RevokedPermission(string Id)
    {
        public string Object { get; } = "checkpoint.permission";

        public bool Deleted { get; } = true;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/fine_tuning/checkpoints/{checkpoint}/permissions/{id}", Handle);

    static RevokedPermission Handle(string checkpoint, string id, Caller caller, VisibleModels models, CheckpointGrants grants) =>
        grants.Revoke(PermissionView.Require(checkpoint, caller, models), id)
            ? new RevokedPermission(id)
            : throw ApiError.NotFound($"Could not find checkpoint permission: {JsonFields.Shown(id)}", "permission_id");
}
