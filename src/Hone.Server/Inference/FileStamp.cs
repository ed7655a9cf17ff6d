using System.Globalization;
using System.Text;
using Hone.Engine.Adapters;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;

namespace Hone.Server.Inference;

/// <summary>Tells a folder's files from those that were there before under the same names, and what memory they will take, without reading them.</summary>
static class FileStamp
{
    static readonly string[] Watched = [CheckpointFolder.WeightsFile, LoraAdapter.WeightsFile];

    /// <remarks>Files appear by rename, which changes their folder's time; weights that were written in place are seen by their own.</remarks>
    public static string Of(string folder)
    {
        var stamp = new StringBuilder(folder);
        stamp.Append(CultureInfo.InvariantCulture, $"|{Directory.GetLastWriteTimeUtc(folder).Ticks}");
        foreach (string name in Watched)
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (file.Exists)
                stamp.Append(CultureInfo.InvariantCulture, $"|{name}:{file.Length}:{file.LastWriteTimeUtc.Ticks}");
        }

        return stamp.ToString();
    }

    /// <summary>Bytes that a folder's tokenizer takes in memory, about: so many times its file's, and tables of fixed size.</summary>
    public static long TokenizerBytes(string folder)
    {
        const int each = 6;
        const long tables = 2 << 20;
        FileInfo file = new(Path.Combine(folder, ModelFolder.TokenizerFile));
        return (file.Exists ? each * file.Length : 0) + tables;
    }

    /// <summary>Bytes of the weights.</summary>
    public static long WeightBytes(string folder) => new DirectoryInfo(folder).EnumerateFiles("*.safetensors").Sum(file => file.Length);
}
