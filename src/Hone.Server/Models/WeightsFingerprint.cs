using System.Buffers.Binary;
using System.Security.Cryptography;
using Hone.Engine;

namespace Hone.Server.Models;

/// <summary>Tells the weights of one model from those of another: a hash of the sizes and of samples of the files.</summary>
static class WeightsFingerprint
{
    const int SampleCount = 64;
    const int SampleLength = 1 << 16;

    /// <summary>The same for the same files. Of small files every byte counts, of large ones the samples.</summary>
    public static string Of(string folder)
    {
        if (!Directory.Exists(folder))
            throw new HoneException(Text.Of($"The folder {folder} does not exist. Put it back, or remove the models that need it.", $"文件夹 {folder} 不存在。请恢复它，或删除需要它的模型。"));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sample = new byte[SampleLength];
        Span<byte> length = stackalloc byte[8];
        foreach (string path in Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal))
        {
            using FileStream file = File.OpenRead(path);
            BinaryPrimitives.WriteInt64LittleEndian(length, file.Length);
            hash.AppendData(length);
            long step = Math.Max(SampleLength, file.Length / SampleCount);
            for (long position = 0; position < file.Length; position += step)
            {
                file.Position = position;
                hash.AppendData(sample, 0, file.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
