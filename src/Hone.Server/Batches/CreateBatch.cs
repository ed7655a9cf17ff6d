using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Batches;

/// <summary>POST /v1/batches</summary>
static class CreateBatch
{
    static readonly string[] Endpoints = ["/v1/chat/completions", "/v1/embeddings", "/v1/completions"];
    static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/batches", Handle);

    static BatchView Handle(JsonFields body, Caller caller, BatchStore batches, FileStore files, BatchRunner runner, TimeProvider clock)
    {
        body.RefuseOthers("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after");
        string input = body.RequiredString("input_file_id");
        body.Required("endpoint");
        string endpoint = body.OneOf("endpoint", Endpoints)!;
        body.Required("completion_window");
        body.OneOf("completion_window", "24h");
        TimeSpan? lifetime = FileLifetime.Of(body, "output_expires_after");
        StoredFile file = files.Find(input, caller.Organisation) ?? throw ApiError.Invalid($"invalid input_file_id: {JsonFields.Shown(input)}", "input_file_id");
        if (file.Purpose != FilePurposes.Batch)
            throw ApiError.Invalid($"The file {file.Id} has the purpose '{file.Purpose}'; the input of a batch must have the purpose 'batch'.", "input_file_id");

        DateTimeOffset now = clock.GetUtcNow();
        Batch batch = new()
        {
            Id = Ids.NewHex(BatchStore.IdPrefix),
            Organisation = caller.Organisation,
            Project = caller.Project,
            Role = RoleNames.Of(caller.Role),
            Key = caller.Key,
            Endpoint = endpoint,
            InputFile = file.Id,
            Status = Batch.Validating,
            CreatedAt = now,
            ExpiresAt = now + Window,
            Metadata = body.Metadata(),
            OutputSeconds = (long?)lifetime?.TotalSeconds,
        };
        batches.Create(batch);
        runner.Notice();
        return batch.ToView();
    }
}
