using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.FineTuning;

public sealed class TuneAgainTests : IDisposable
{
    readonly Workplace _work = new();
    readonly string _file;
    readonly string _first;

    public TuneAgainTests()
    {
        _file = _work.Completions(10);
        _first = Workplace.TunedModel(_work.Finetune(_file, "--epochs", "3", "--rank", "4", "--learning-rate", "0.01"));
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public void An_adapter_continues_where_its_shape_stays()
    {
        CliRun run = Again();

        Workplace.Lines(run)[0].GetProperty("start").GetString()!.ShouldContain("trained further");
        Workplace.Lines(run)[0].GetProperty("hyperparameters").GetProperty("adapter").GetProperty("rank").GetInt32().ShouldBe(4);
        Record(run).GetProperty("lineage").EnumerateArray().Select(step => step.GetString()!).Last().ShouldContain("adapter continued");
        Record(run).GetProperty("lineage").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public void An_adapter_of_another_shape_is_merged_first()
    {
        CliRun run = Again("--rank", "8");

        string[] lineage = [.. Record(run).GetProperty("lineage").EnumerateArray().Select(step => step.GetString()!)];
        lineage[2].ShouldEndWith("(merged)");
        lineage[3].ShouldContain("new adapter");
    }

    [Fact]
    public void Full_training_begins_with_the_adapter_merged()
    {
        CliRun run = Again("--method", "full");

        Record(run).GetProperty("lineage").EnumerateArray().Last().GetString()!.ShouldContain("merged first");
        FirstLoss(run).ShouldBe(FirstLoss(Again()), 1e-4);
    }

    static double FirstLoss(CliRun run) => Workplace.Lines(run)[1].GetProperty("train_loss").GetDouble();

    CliRun Again(params string[] more) => _work.Run(["finetune", _file, "--model", _first, "--epochs", "1", "--seed", "3", .. more]);

    JsonElement Record(CliRun run)
    {
        run.ExitCode.ShouldBe(0, run.Error);
        return JsonDocument.Parse(File.ReadAllText(Path.Combine(_work.Data, "models", Workplace.TunedModel(run).Replace(':', '+'), "hone.json"))).RootElement;
    }
}
