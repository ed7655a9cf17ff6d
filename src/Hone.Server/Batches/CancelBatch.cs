using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Batches;

/// <summary>POST /v1/batches/{id}/cancel</summary>
static class CancelBatch
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/batches/{id}/cancel", Handle);

    static BatchView Handle(string id, Caller caller, BatchStore batches, BatchRunner runner, TimeProvider clock)
    {
        batches.Find(id, caller.Organisation);
        DateTimeOffset now = clock.GetUtcNow();
        Batch cancelled = batches.Change(id, batch =>
            batch.IsFinal ? throw ApiError.Invalid($"Cannot cancel a batch with status '{batch.Status}'.", "batch_id")
            : batch.Status == Batch.Cancelling ? batch
            : batch with { Status = Batch.Cancelling, CancellingAt = now });
        runner.Notice();
        return cancelled.ToView();
    }
}
