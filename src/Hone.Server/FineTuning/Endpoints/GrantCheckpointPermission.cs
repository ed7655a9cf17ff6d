using System.Text.Json;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>POST /v1/fine_tuning/checkpoints/{checkpoint}/permissions</summary>
static class GrantCheckpointPermission
{
    const int MaxProjects = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/fine_tuning/checkpoints/{checkpoint}/permissions", Handle)
        .WithBody(Shape.Closed(Field.Required("project_ids", Shape.List(Shape.AnyText, MaxProjects))));

    static CursorPage<PermissionView> Handle(string checkpoint, JsonFields body, Caller caller, VisibleModels models, CheckpointGrants grants)
    {
        string model = PermissionView.Require(checkpoint, caller, models);
        body.RefuseOthers();
        body.Required("project_ids");
        string[] projects = [.. body.Array("project_ids")!.Select(item => ProjectOf(item, caller, grants))];
        PermissionView[] granted = [.. grants.Grant(model, projects).Select(PermissionView.Of)];
        return new PageRequest(After: null, Math.Max(1, granted.Length), IsDescending: false).CursorPageOf(granted, permission => permission.Id);
    }

    static string ProjectOf(JsonElement item, Caller caller, CheckpointGrants grants)
    {
        string? project = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
        return project is not null && grants.IsProject(project, caller.Organisation) ? project
            : throw ApiError.Invalid($"invalid project_ids: {JsonFields.Shown(project ?? item.GetRawText())}", "project_ids");
    }
}
