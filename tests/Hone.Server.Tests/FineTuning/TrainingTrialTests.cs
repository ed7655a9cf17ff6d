using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Engine.ChatTemplates;
using Hone.Server.FineTuning;
using Hone.Server.Models;
using Hone.Server.Storage;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

public sealed class TrainingTrialTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-trial-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TuningMethod.Lora, 3)]
    [InlineData(TuningMethod.Full, 3)]
    [InlineData(TuningMethod.Dpo, 3 + (1.0 / 3))]
    public void A_trial_says_steps_time_and_memory(TuningMethod method, double passes)
    {
        string path = Path.Combine(_folder, "train.jsonl");
        File.WriteAllLines(path, Enumerable.Range(1, 40).Select(i => Line(method == TuningMethod.Dpo, words: i == 17 ? 60 : i % 5)));
        CheckReport report = Check(path);

        TrainingForecast forecast = TrainingTrial.Run(Registry, DatasetReader.Read(path), report, method, batchSize: null, TimeSpan.Zero, TestContext.Current.CancellationToken);

        (forecast.Method, forecast.Steps).ShouldBe((method.ToString().ToLowerInvariant(), 120));
        forecast.MeasuredSteps.ShouldBeInRange(1, 6);
        report.Model!.LongestLine.ShouldBe(17);
        forecast.TokensPerSecond.ShouldBeGreaterThan(0);
        double minutes = report.Model.Total.Total * passes / forecast.TokensPerSecond / 60;
        forecast.Minutes.ShouldBe(minutes, 0.01 + (0.1 * minutes));
        forecast.MemoryBytes.ShouldBeGreaterThan(1_000_000);
        forecast.EstimatedMemoryBytes.ShouldBeInRange(80_000_000, 1_000_000_000);
        Directory.GetFileSystemEntries(_folder).ShouldBe([path]);
    }

    [Fact]
    public void A_trial_can_be_cancelled()
    {
        string path = Path.Combine(_folder, "train.jsonl");
        File.WriteAllLines(path, Enumerable.Repeat(Line(isPreference: false, words: 3), 10));

        Should.Throw<OperationCanceledException>(() => TrainingTrial.Run(Registry, DatasetReader.Read(path), Check(path), TuningMethod.Lora, batchSize: null, TimeSpan.Zero, new CancellationToken(canceled: true)));
    }

    static string Model => Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model);

    ModelRegistry Registry => new(new DataFolder(_folder));

    static CheckReport Check(string path)
    {
        ChatEncoder encoder = ChatEncoder.Load(Model);
        return DatasetCheck.Run(path, new CheckOptions { Encoding = null, Model = new CheckedModel(Model, encoder, new TrainingLimits(512)) });
    }

    static string Line(bool isPreference, int words)
    {
        string answer = string.Concat(Enumerable.Repeat("once upon a time ", words + 1));
        return isPreference
            ? $$"""{"input": {"messages": [{"role": "user", "content": "Tell"}]}, "preferred_output": [{"role": "assistant", "content": "{{answer}}"}], "non_preferred_output": [{"role": "assistant", "content": "no"}]}"""
            : $$"""{"messages": [{"role": "user", "content": "Tell"}, {"role": "assistant", "content": "{{answer}}"}]}""";
    }
}
