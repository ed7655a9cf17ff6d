using Hone.Server.Access;
using Hone.Server.Embeddings;
using Hone.Server.FineTuning;
using Hone.Server.Http;
using Hone.Server.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Models.Endpoints;

/// <summary>DELETE /v1/models/{model}: a fine-tuned one, by an owner.</summary>
static class DeleteModel
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/models/{model}", Handle);

    static Deleted Handle(string model, Caller caller, VisibleModels visible, ModelRegistry models, LoadedModels loaded, LoadedEmbedders embedders, JobStore jobs)
    {
        ModelEntry entry = visible.Find(model, caller);
        caller.Require(Role.Owner);
        if (entry.Origin != ModelOrigin.FineTuned)
            throw ApiError.Forbidden($"The model {JsonFields.Shown(model)} is not a fine-tuned one and cannot be deleted here. Added models are removed with 'hone models remove'.");
        if (jobs.FindTrainerOf(name => models.FindByName(name)?.Id == entry.Id) is { } job)
            throw ApiError.Invalid($"The model {entry.Id} cannot be deleted: the fine-tuning job {job.Id} trains it further. Wait for the job, or cancel it.");
        models.Remove(entry.Id);
        loaded.DropDeleted();
        embedders.DropDeleted();
        return new Deleted(entry.Id, "model");
    }
}
