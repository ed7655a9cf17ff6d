using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Batches;

/// <summary>POST /v1/batches</summary>
static class CreateBatch
{
    static readonly TimeSpan Window = TimeSpan.FromHours(24);

    static readonly ObjectShape Body = Shape.Closed(
        Field.Required("input_file_id", Shape.AnyText, "A file with the purpose batch."),
        Field.Required("endpoint", Shape.OneOf("/v1/chat/completions", "/v1/embeddings", "/v1/completions")),
        Field.Required("completion_window", Shape.OneOf("24h")),
        Field.Optional("metadata", Metadata.Object),
        Field.Optional("output_expires_after", FileLifetime.Object));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/batches", Handle).WithBody(Body);

    static BatchView Handle(JsonFields body, Caller caller, BatchStore batches, FileStore files, BatchRunner runner, TimeProvider clock)
    {
        body.RefuseOthers();
        string input = body.RequiredString("input_file_id");
        string endpoint = body.RequiredString("endpoint");
        body.RequiredString("completion_window");
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
