using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/checkpoints/{checkpoint}/permissions: here the order is called ascending or descending.</summary>
static class ListCheckpointPermissions
{
    const int DefaultLimit = 10, MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/checkpoints/{checkpoint}/permissions", Handle)
        .WithQuery([Field.Optional("project_id", Shape.AnyText), .. PageRequest.Fields(DefaultLimit, MaxLimit), Field.Optional("order", Shape.OneOf("ascending", "descending"), "By the time they were made.", "descending")]);

    static CursorPage<PermissionView> Handle(string checkpoint, QueryFields query, Caller caller, VisibleModels models, CheckpointGrants grants)
    {
        string model = PermissionView.Require(checkpoint, caller, models);
        PageRequest page = PageRequest.Of(query);
        PermissionView[] found = [.. grants.List(model, query.Text("project_id"), page.After, page.Limit + 1, page.IsDescending).Select(PermissionView.Of)];
        return page.CursorPageOf(found, permission => permission.Id);
    }
}
