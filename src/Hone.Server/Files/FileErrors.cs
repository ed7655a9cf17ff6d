using Hone.Server.Http;

namespace Hone.Server.Files;

/// <summary>Errors that several endpoints about files answer.</summary>
static class FileErrors
{
    /// <summary>404: no such file, or one of others.</summary>
    public static ApiError Unknown(string id, string param = "id") => ApiError.NotFound($"No such File object: {JsonFields.Shown(id)}", param);

    /// <summary>400, and no 409, which clients would repeat: something that is not finished reads the file.</summary>
    public static ApiError InUse(FileInUseException use) =>
        ApiError.Invalid($"The file {use.File} is in use by {use.User}, which is not finished. Wait for its end, or cancel it first.", "id", "file_in_use");
}
