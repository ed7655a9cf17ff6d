using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>GET /v1/files</summary>
static class ListFiles
{
    const int MaxLimit = 10_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/files", Handle).WithDetailedErrors();

    static CursorPage<FileView> Handle(HttpRequest request, Caller caller, FileStore files)
    {
        PageRequest page = PageRequest.Of(request, MaxLimit, MaxLimit);
        if (page.After is { } after && files.Find(after, caller.Organisation) is null)
            throw FileErrors.Unknown(after, "after");
        FileView[] found = [.. files.List(caller.Organisation, PageRequest.Text(request, "purpose"), page).Select(file => file.ToView())];
        return page.CursorPageOf(found, file => file.Id);
    }
}
