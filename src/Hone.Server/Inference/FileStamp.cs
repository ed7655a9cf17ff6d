using System.Globalization;
using System.Text;
using Hone.Engine.Adapters;
using Hone.Engine.Checkpoints;

namespace Hone.Server.Inference;

/// <summary>Tells a folder's files from those that were there before under the same names, without reading them.</summary>
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

    /// <summary>Bytes of the weights.</summary>
    public static long WeightBytes(string folder) => new DirectoryInfo(folder).EnumerateFiles("*.safetensors").Sum(file => file.Length);
}
