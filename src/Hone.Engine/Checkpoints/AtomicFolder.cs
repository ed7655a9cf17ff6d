namespace Hone.Engine.Checkpoints;

/// <summary>Folders that appear complete or not at all.</summary>
public static class AtomicFolder
{
    /// <summary>Fills a folder beside the path, then renames it. The path must not exist yet.</summary>
    public static void Write(string path, Action<string> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.Exists(target))
            throw new HoneException(Text.Of($"{target} exists already. Choose another name, or remove it first.", $"{target} 已存在。请选择其他名称，或先将其删除。"));
        string parent = Path.GetDirectoryName(target) ?? throw new HoneException(Text.Of($"{target} cannot be written: it is the root of a file system. Name a folder in it.", $"无法写入 {target}：它是文件系统的根目录。请指定其中的文件夹。"));
        string temporary = Path.Combine(parent, $".{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            Directory.Move(temporary, target);
        }
        catch (Exception error)
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            if (error is IOException or UnauthorizedAccessException)
                throw new HoneException(Text.Of($"{target} cannot be written: {error.Message}", $"无法写入 {target}：{error.Message}"), error);
            throw;
        }
    }
}
