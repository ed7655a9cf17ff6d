using Hone.Data.Analysis;
using Hone.Engine;

namespace Hone.Data.Tests.Analysis;

static class RandomPoints
{
    public static Points Of(int count, int dimensions, SeededRandom random) =>
        new([.. Enumerable.Range(0, count * dimensions).Select(_ => (float)(random.NextDouble() - 0.5))], count, dimensions);
}
