using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>DELETE /v1/fine_tuning/checkpoints/{checkpoint}/permissions/{id}</summary>
static class RevokeCheckpointPermission
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/fine_tuning/checkpoints/{checkpoint}/permissions/{id}", Handle);

    static Deleted Handle(string checkpoint, string id, Caller caller, VisibleModels models, CheckpointGrants grants) =>
        grants.Revoke(PermissionView.Require(checkpoint, caller, models), id)
            ? new Deleted(id, "checkpoint.permission")
            : throw ApiError.NotFound($"Could not find checkpoint permission: {JsonFields.Shown(id)}", "permission_id");
}
