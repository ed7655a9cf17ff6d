using Hone.Engine;

namespace Hone.Server.Files;

/// <summary>A file that is to be deleted is read by a job or a batch that is not finished.</summary>
/// <param name="user">The id of that.</param>
public sealed class FileInUseException(string file, string user)
    : HoneException(Text.Of(
        $"The file {file} cannot be deleted: {user}, which is not finished, reads it. Wait for its end, or cancel it first.",
        $"不能删除文件 {file}：尚未结束的 {user} 正在使用它。请等待其结束，或先取消它。"))
{
    public string File => file;

    public string User => user;
}
