using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/checkpoints/{checkpoint}/permissions: here the order is called ascending or descending.</summary>
static class ListCheckpointPermissions
{
    const int DefaultLimit = 10, MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/checkpoints/{checkpoint}/permissions", Handle);

    static CursorPage<PermissionView> Handle(string checkpoint, HttpRequest request, Caller caller, VisibleModels models, CheckpointGrants grants)
    {
        string model = PermissionView.Require(checkpoint, caller, models);
        string order = JsonFields.OneOf("order", PageRequest.Text(request, "order") ?? "descending", "ascending", "descending");
        PageRequest page = PageRequest.WithoutOrder(request, DefaultLimit, MaxLimit);
        string? project = PageRequest.Text(request, "project_id");
        PermissionView[] found = [.. grants.List(model, project, page.After, page.Limit + 1, order == "descending").Select(PermissionView.Of)];
        return page.CursorPageOf(found, permission => permission.Id);
    }
}
