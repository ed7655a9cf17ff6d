using Hone.Engine;

namespace Hone.Data.Quality;

/// <summary>What a file is for.</summary>
public enum DataPart
{
    Train,
    Valid,
    Test,
}

/// <summary>Names of the parts for people.</summary>
public static class DataParts
{
    public static string Name(this DataPart part) =>
        part switch
        {
            DataPart.Train => Text.Of("training", "训练"),
            DataPart.Valid => Text.Of("validation", "验证"),
            _ => Text.Of("test", "测试"),
        };
}
