using System.Text.Json;
using Hone.Data.Checks;
using Hone.Data.Formats;
using Hone.Data.Sources;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Formats;

/// <summary>The data sets of examples/ are what their description says.</summary>
public class ExamplesTests
{
    static readonly string Folder = Path.Combine(TestEncoder.RepositoryRoot, "examples");

    [Fact]
    public void Every_example_passes_the_checks_before_training()
    {
        foreach (string file in Directory.GetFiles(Folder, "*.jsonl", SearchOption.AllDirectories))
            TrainingData.Load(file, TestEncoder.Create(), new TrainingLimits(ContextTokens: 2048), TestContext.Current.CancellationToken).Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Sentiment_is_balanced_in_label_and_language_and_its_parts_share_no_review()
    {
        CompletionLine[] train = Read("train.jsonl");
        CompletionLine[] test = Read("test.jsonl");

        (train.Length, test.Length).ShouldBe((800, 100));
        train.Concat(test).Select(line => line.Prompt).ShouldBeUnique();
        foreach (CompletionLine[] part in new[] { train, test })
        {
            part.Select(line => line.Completion).Distinct().Order().ShouldBe([" negative", " positive"]);
            part.Count(line => line.Completion == " positive").ShouldBe(part.Length / 2);
            part.Count(line => line.Prompt.Any(c => c > (char)0x2e80)).ShouldBeInRange((part.Length / 2) - 1, (part.Length / 2) + 1);
        }
    }

    [Fact]
    public void Every_table_is_half_English_half_Chinese_and_has_no_empty_cell()
    {
        string[] tables = [.. Directory.GetFiles(Folder, "*.csv"), .. Directory.GetFiles(Folder, "*.json")];

        tables.Length.ShouldBe(7);
        foreach (string table in tables)
        {
            JsonElement[] rows = [.. SourceFile.Open(table).Read().Select(line => line.Value)];
            rows.Length.ShouldBeInRange(20, 60, table);
            rows.SelectMany(row => row.EnumerateObject()).ShouldAllBe(cell => cell.Value.GetString() != "");
            rows.Count(row => row.EnumerateObject().Any(cell => cell.Value.GetString()!.Any(c => c > (char)0x2e80))).ShouldBe(rows.Length / 2, table);
        }
    }

    static CompletionLine[] Read(string name) => [.. DatasetReader.Read(Path.Combine(Folder, "sentiment", name)).Cast<CompletionLine>()];
}
