using System.Security.Cryptography;
using System.Text;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Jobs;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>POST /v1/fine_tuning/jobs</summary>
static class CreateFineTuningJob
{
    const int MaxSuffixLength = 64;

    static readonly ObjectShape Body = Shape.Closed(
        Field.Required("model", Shape.AnyText, "A base model, or a fine-tuned one to train further."),
        Field.Required("training_file", Shape.AnyText, "The id of a file with the purpose fine-tune."),
        Field.Optional("validation_file", Shape.AnyText),
        Field.Optional("suffix", Shape.Text(1, MaxSuffixLength), "A part of the new model's name."),
        Field.Optional("seed", Shape.Whole(0, int.MaxValue)),
        Field.Optional("metadata", Metadata.Object),
        Field.Optional("integrations", TuningRequest.Integrations, "None is available on this server: the list must be empty."),
        Field.Optional("method", TuningRequest.Method),
        Field.Optional("hyperparameters", TuningRequest.Numbers, "Of a supervised job; 'method' goes before it."),
        Field.Optional("hone", HoneExtension.Object, "What this server can do and OpenAI's interface has no field for."));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/fine_tuning/jobs", Handle).WithBody(Body);

    static FineTuningJobView Handle(JsonFields body, HttpRequest request, Caller caller, JobStore jobs, FileStore files, VisibleModels models, ModelRegistry registry, JobQueueSignal queue, TimeProvider clock)
    {
        caller.Require(Role.Member);
        body.RefuseOthers();
        TuningRequest.RefuseIntegrations(body);
        string model = body.RequiredString("model");
        string training = body.RequiredString("training_file");
        string? validation = body.String("validation_file");
        string? replay = HoneExtension.ReplayFileOf(body);
        (string method, Hyperparameters numbers) = TuningRequest.Read(body);
        OtherFiles others = (validation is null ? OtherFiles.None : OtherFiles.Validation) | (replay is null ? OtherFiles.None : OtherFiles.Replay);
        (TuningMethod tuning, Hyperparameters chosen) = HoneExtension.Read(body, numbers, method, others, models.TryFind(model, caller) is { } entry && IsEncoder(registry, entry));
        JobRecord job = new()
        {
            Organisation = caller.Organisation,
            Project = caller.Project,
            Model = FindModel(models, model, caller),
            TrainingFile = FindFile(files, training, "training_file", caller),
            ValidationFile = validation is null ? null : FindFile(files, validation, "validation_file", caller),
            ReplayFile = replay is null ? null : FindFile(files, replay, "hone.replay_file", caller),
            Method = tuning,
            Suffix = body.String("suffix"),
            Seed = (int)(body.Integer("seed") ?? RandomNumberGenerator.GetInt32(int.MaxValue)),
            Metadata = body.Metadata(),
            CreatedAt = clock.GetUtcNow(),
            Hyperparameters = chosen,
        };
        JobRecord kept = jobs.Create(job, request: MarkOf(request, body, caller));
        queue.Wake();
        return FineTuningJobView.Of(kept, clock.GetUtcNow());
    }

    // A model that cannot be opened fails its job, with the reason.
    static bool IsEncoder(ModelRegistry registry, ModelEntry entry)
    {
        try
        {
            return registry.IsEncoder(entry);
        }
        catch (HoneException)
        {
            return false;
        }
    }

    static string FindModel(VisibleModels models, string name, Caller caller) =>
        models.TryFind(name, caller)?.Id
            ?? throw ApiError.Invalid($"Model {JsonFields.Shown(name)} is not available for fine-tuning or does not exist.", code: "model_not_available");

    static JobFile FindFile(FileStore files, string id, string param, Caller caller)
    {
        if (files.Find(id, caller.Organisation) is not { Purpose: FilePurposes.FineTune } file)
            throw ApiError.Invalid($"invalid {param}: {JsonFields.Shown(id)}", param);
        return JobFile.Of(files.PathOf(file)) with { Id = file.Id };
    }

    // Clients repeat a request whose answer did not come, and say so; nothing else tells it from a second job on purpose.
    static RequestMark MarkOf(HttpRequest request, JsonFields body, Caller caller)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.Element.GetRawText())));
        bool isRetry = int.TryParse(request.Headers["X-Stainless-Retry-Count"], out int count) && count > 0;
        return new RequestMark($"{caller.Organisation}/{caller.Project}/{caller.Key}", hash, isRetry);
    }
}
