using System.Security.Cryptography;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>GET /v1/files/{id}/content: the bytes as they are, or with <c>?encoding=base64</c> as the original encodes the results of fine-tuning.</summary>
static class RetrieveFileContent
{
    const string ContentType = "application/octet-stream";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/files/{id}/content", Handle).WithDetailedErrors()
        .WithQuery(Field.Optional("encoding", Shape.OneOf("none", "base64"), "base64 for the content as that text.", "none"))
        .WithAnswer(Shape.Any, ContentType);

    static FileStreamHttpResult Handle(string id, QueryFields query, Caller caller, FileStore files)
    {
        StoredFile file = files.Find(id, caller.Organisation) ?? throw FileErrors.Unknown(id);
        bool isEncoded = query.Text("encoding") == "base64";
        FileStream content = Open(files, file);
        return !isEncoded
            ? TypedResults.Stream(content, ContentType, file.Filename, enableRangeProcessing: true)
            : TypedResults.Stream(new CryptoStream(content, new ToBase64Transform(), CryptoStreamMode.Read), ContentType);
    }

    static FileStream Open(FileStore files, StoredFile file)
    {
        try
        {
            return new FileStream(files.PathOf(file), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            // It was deleted a moment ago.
            throw FileErrors.Unknown(file.Id);
        }
    }
}
