using System.Text.Json;
using Hone.Data.Analysis;
using Hone.Engine.Tests;

namespace Hone.Data.Tests.Analysis;

/// <summary>Points with what scikit-learn says of them: our own small ones, made by reference.py, and those of the parity folder.</summary>
sealed class ReferenceNumbers
{
    readonly JsonElement _json;

    ReferenceNumbers(string path, string points)
    {
        _json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        Points = Points.Of([.. _json.GetProperty(points).EnumerateArray().Select(row => row.EnumerateArray().Select(item => item.GetSingle()).ToArray())], i => $"row {i}");
        Labels = Wholes("labels");
    }

    public static ReferenceNumbers Own() => new(Path.Combine(ParityFolder.RepositoryRoot()!, "tests", "Hone.Data.Tests", "Analysis", "reference.json"), "points");

    /// <summary>Those of the parity folder, or a skipped test.</summary>
    public static ReferenceNumbers Shared() => new(Path.Combine(ParityFolder.Require("metrics"), "vectors.json"), "vectors");

    public Points Points { get; }

    public Points Unit => Points.Unit(i => $"row {i}");

    public int[] Labels { get; }

    public JsonElement this[string name] => _json.GetProperty(name);

    public double Number(string name) => this[name].GetDouble();

    public double[] Numbers(string name) => [.. this[name].EnumerateArray().Select(item => item.GetDouble())];

    public int[] Wholes(string name) => [.. this[name].EnumerateArray().Select(item => item.GetInt32())];

    public int[][] Lists(string name) => [.. this[name].EnumerateArray().Select(row => row.EnumerateArray().Select(item => item.GetInt32()).ToArray())];
}
