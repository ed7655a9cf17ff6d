using System.Security.Cryptography;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Server.Files;

namespace Hone.Server.FineTuning;

/// <summary>A file that a job reads, and what it held when the job was made.</summary>
public sealed record JobFile(string Path, long Bytes, string Sha256)
{
    /// <summary>Of an uploaded file: <c>file-…</c>; null for one that was named by its path.</summary>
    public string? Id { get; init; }

    /// <summary>What the user called it, where that is not the name of the path.</summary>
    public string? Name { get; init; }

    /// <summary>What the API calls it: its id, else its name.</summary>
    public string Label => Id ?? System.IO.Path.GetFileName(Path);

    /// <summary>What people call it.</summary>
    public string DisplayName => Name ?? Label;

    /// <summary>A file of the data folder by its id; else a file elsewhere, of which the data folder keeps a copy from here on, once, so that the job has what it began with.</summary>
    /// <param name="named">An id or a path.</param>
    public static JobFile Keep(FileStore files, string named, string organisation, string project)
    {
        if (!System.IO.Path.Exists(named) && files.Find(named, organisation) is { } uploaded)
            return Of(files.PathOf(uploaded)) with { Id = uploaded.Id, Name = uploaded.Filename };
        JobFile given = Of(named);
        StoredFile kept = files.List(organisation, FilePurposes.FineTune, given.Bytes).FirstOrDefault(file => given.HasSameContent(files.PathOf(file)))
            ?? files.Adopt(given.Path, organisation, project, FilePurposes.FineTune);
        return Of(files.PathOf(kept)) with { Id = kept.Id, Name = System.IO.Path.GetFileName(given.Path) };
    }

    bool HasSameContent(string path) => File.Exists(path) && Of(path).Sha256 == Sha256;

    public static JobFile Of(string path)
    {
        if (Directory.Exists(path))
            throw new HoneException(Text.Of($"{path} is a folder. Name a JSONL file.", $"{path} 是文件夹。请指定 JSONL 文件。"));
        if (!File.Exists(path))
            throw new HoneException(Text.Of($"There is no file {path}.", $"文件 {path} 不存在。"));
        using FileStream stream = RereadFile.Open(path);
        return new JobFile(System.IO.Path.GetFullPath(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>Refuses a file that changed since: a resumed job would train on something else.</summary>
    public void RequireUnchanged()
    {
        if (Id is not null && !File.Exists(Path))
            throw new HoneException(Text.Of($"The file {Id} was deleted, so the job cannot read it. Upload it again and start a new job.", $"文件 {Id} 已被删除，任务无法读取。请重新上传并新建任务。"));
        if (Of(Path).Sha256 != Sha256)
            throw new HoneException(Text.Of($"{Path} has changed since the job began, so it cannot be resumed. Start a new job.", $"{Path} 在任务开始后已更改，无法恢复。请新建任务。"));
    }
}
