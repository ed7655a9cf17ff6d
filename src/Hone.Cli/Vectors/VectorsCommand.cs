using System.CommandLine;

namespace Hone.Cli.Vectors;

/// <summary><c>hone vectors</c>: collections of vectors, in Hone's own index and in vector databases.</summary>
static class VectorsCommand
{
    public static Command Create() =>
        new("vectors", Text.Of("List, count, load and copy collections of vectors, in Hone's own index and in vector databases", "列出、统计、载入和复制向量集合，支持 Hone 自带的索引和各种向量数据库"))
        {
            ListCollections.Create(),
            CountRecords.Create(),
            LoadFile.Create(),
            CopyCollection.Create(),
        };
}
