using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.FineTuning;

public sealed class DemoCommandTests : IDisposable
{
    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void The_model_judges_better_afterwards_and_answers()
    {
        CliRun run = _work.Run("demo", "--model", Workplace.Model);

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement summary = Workplace.Lines(run)[^1];
        summary.GetProperty("label_accuracy_after").GetDouble().ShouldBeGreaterThan(summary.GetProperty("label_accuracy_before").GetDouble());
        summary.GetProperty("exact_match_after").GetDouble().ShouldBeGreaterThan(0.5);
        summary.GetProperty("answers").GetArrayLength().ShouldBe(2);
    }
}
