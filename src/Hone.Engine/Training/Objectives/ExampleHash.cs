using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hone.Engine.Training.Objectives;

/// <summary>A hash of examples: their tokens, weights and order.</summary>
static class ExampleHash
{
    public static string Of(IEnumerable<TrainingExample> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<int> length = stackalloc int[1];
        foreach (TrainingExample example in examples)
        {
            length[0] = example.Ids.Length;
            hash.AppendData(MemoryMarshal.AsBytes(length));
            hash.AppendData(MemoryMarshal.AsBytes(example.Ids.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(example.Weights.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
