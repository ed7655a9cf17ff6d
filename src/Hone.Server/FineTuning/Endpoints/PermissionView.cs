using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Models;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>A permission as the API shows it.</summary>
sealed record PermissionView(string Id, DateTimeOffset CreatedAt, string ProjectId)
{
    public string Object { get; } = "checkpoint.permission";

    public static PermissionView Of(CheckpointGrant permission) => new(permission.Id, permission.CreatedAt, permission.Project);

    /// <summary>The checkpoint that a route names. Only owners see who may use it.</summary>
    public static string Require(string checkpoint, Caller caller, VisibleModels models)
    {
        caller.Require(Role.Owner);
        ModelEntry entry = models.Find(checkpoint, caller);
        return entry.Origin == ModelOrigin.FineTuned ? entry.Id : throw ApiError.UnknownModel(JsonFields.Shown(checkpoint));
    }
}
