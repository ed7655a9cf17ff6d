using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Models.Endpoints;

/// <summary>GET /v1/models/{model}</summary>
static class RetrieveModel
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models/{model}", Handle);

    static ModelView Handle(string model, Caller caller, VisibleModels models) => ModelView.Of(models.Find(model, caller), model);
}
