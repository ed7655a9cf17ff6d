using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>GET /v1/files</summary>
static class ListFiles
{
    const int MaxLimit = 10_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/files", Handle).WithDetailedErrors()
        .WithQuery([Field.Optional("purpose", Shape.AnyText), .. PageRequest.Fields(MaxLimit, MaxLimit), PageRequest.Order("desc")]);

    static CursorPage<FileView> Handle(QueryFields query, Caller caller, FileStore files)
    {
        PageRequest page = PageRequest.Of(query);
        if (page.After is { } after && files.Find(after, caller.Organisation) is null)
            throw FileErrors.Unknown(after, "after");
        FileView[] found = [.. files.List(caller.Organisation, query.Text("purpose"), page).Select(file => file.ToView())];
        return page.CursorPageOf(found, file => file.Id);
    }
}
