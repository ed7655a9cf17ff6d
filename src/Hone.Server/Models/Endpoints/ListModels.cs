using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Models.Endpoints;

/// <summary>GET /v1/models</summary>
static class ListModels
{
    /// <summary>All of them: this list has no pages.</summary>
    public sealed record ModelList(IReadOnlyList<ModelView> Data)
    {
        public string Object { get; } = "list";
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models", Handle);

    static ModelList Handle(Caller caller, VisibleModels models) => new([.. models.List(caller).Select(entry => ModelView.Of(entry))]);
}
