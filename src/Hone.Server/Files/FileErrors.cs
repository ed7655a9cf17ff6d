using Hone.Server.Http;

namespace Hone.Server.Files;

/// <summary>Errors that several endpoints about files answer.</summary>
static class FileErrors
{
    /// <summary>404: no such file, or one of others.</summary>
    public static ApiError Unknown(string id, string param = "id") => ApiError.NotFound($"No such File object: {JsonFields.Shown(id)}", param);
}
