using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Server.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

public sealed class ResolvedHyperparametersTests
{
    [Theory]
    [InlineData(10, 10, 1, 100)]
    [InlineData(100, 3, 1, 300)]
    [InlineData(1000, 3, 2, 1500)]
    [InlineData(100_000, 1, 200, 500)]
    public void Epochs_batch_size_and_steps_follow_the_examples(int examples, int epochs, int batch, int steps)
    {
        ResolvedHyperparameters resolved = Resolve(new Hyperparameters(), examples: examples);

        (resolved.Epochs, resolved.BatchSize, resolved.Steps).ShouldBe((epochs, batch, steps));
    }

    [Fact]
    public void The_learning_rate_follows_method_width_and_batch()
    {
        double lora = Resolve(new Hyperparameters { BatchSize = 32 }).LearningRate;

        lora.ShouldBe(5e-4, 1e-9);
        Resolve(new Hyperparameters { BatchSize = 32 }, TuningMethod.Full).LearningRate.ShouldBe(lora / 10, 1e-9);
        Resolve(new Hyperparameters { BatchSize = 32 }, TuningMethod.Dpo).LearningRate.ShouldBe(lora / 20, 1e-9);
        Resolve(new Hyperparameters { BatchSize = 8 }).LearningRate.ShouldBe(lora / 2, 1e-9);
        Resolve(new Hyperparameters { LearningRate = 1e-3, LearningRateMultiplier = 2 }).LearningRate.ShouldBe(2e-3, 1e-9);
    }

    [Fact]
    public void An_adapter_that_is_tuned_again_keeps_its_shape_unless_another_is_chosen()
    {
        LoraConfig present = new() { Rank = 4, Alpha = 5, Dropout = 0.1, Targets = LoraTargets.Of(["v_proj", "q_proj"]) };

        AdapterShape.Of(new Hyperparameters(), present).ShouldBe(new AdapterShape(4, 5, 0.1, false, "q_proj,v_proj"));
        AdapterShape.Of(new Hyperparameters { Rank = 8 }, present).ShouldBe(new AdapterShape(8, 16, 0.1, false, "q_proj,v_proj"));
        AdapterShape.Of(new Hyperparameters { TargetModules = "o_proj, k_proj" }, null).ShouldBe(new AdapterShape(16, 32, 0, false, "k_proj,o_proj"));
    }

    [Fact]
    public void Without_a_validation_file_nothing_is_validated_and_nothing_stops_early()
    {
        ResolvedHyperparameters without = Resolve(new Hyperparameters { Patience = 5 });
        ResolvedHyperparameters with = Resolve(new Hyperparameters(), validation: 40);

        (without.Patience, without.ValidationInterval).ShouldBe((0, 0));
        with.Patience.ShouldBe(3);
        with.ValidationInterval.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_number_outside_its_bounds_is_refused_by_name()
    {
        Refuse(new Hyperparameters { Beta = 3 }, TuningMethod.Dpo).ShouldContain("beta");
        Refuse(new Hyperparameters { Rank = 0 }, TuningMethod.Lora).ShouldContain("rank");
        Should.NotThrow(() => new Hyperparameters().Check(TuningMethod.Lora, OtherFiles.None));
    }

    [Fact]
    public void A_choice_that_the_method_would_ignore_is_refused()
    {
        Refuse(new Hyperparameters { Rank = 8 }, TuningMethod.Full).ShouldContain("rank");
        Refuse(new Hyperparameters { TargetModules = "q_proj" }, TuningMethod.Full).ShouldContain("target_modules");
        Refuse(new Hyperparameters { Beta = 0.1 }, TuningMethod.Lora).ShouldContain("beta");
        Refuse(new Hyperparameters { Patience = 2 }, TuningMethod.Lora).ShouldContain("patience");
    }

    [Fact]
    public void Replayed_examples_make_steps_and_a_fifth_of_an_epoch_unless_another_share_is_chosen()
    {
        ResolvedHyperparameters automatic = Resolve(new Hyperparameters { Epochs = 2, BatchSize = 10 }, examples: 320, hasReplay: true);
        ResolvedHyperparameters half = Resolve(new Hyperparameters { Epochs = 2, BatchSize = 10, ReplayShare = 0.5 }, examples: 320, hasReplay: true);

        (automatic.ReplayShare, automatic.Steps).ShouldBe((0.2, 80));
        (half.ReplayShare, half.Steps).ShouldBe((0.5, 128));
        Resolve(new Hyperparameters()).ReplayShare.ShouldBe(0);
    }

    [Fact]
    public void Replay_is_refused_without_a_file_without_a_share_and_with_preferences()
    {
        Refuse(new Hyperparameters { ReplayShare = 0.2 }, TuningMethod.Lora).ShouldContain("needs a replay file");
        Refuse(new Hyperparameters { ReplayShare = 0 }, TuningMethod.Lora, OtherFiles.Replay).ShouldContain("replay_share is 0");
        Refuse(new Hyperparameters { ReplayShare = 0.95 }, TuningMethod.Lora, OtherFiles.Replay).ShouldContain("replay_share must be from 0 to 0.9");
        Refuse(new Hyperparameters { ReplayShare = 0.2 }, TuningMethod.Dpo, OtherFiles.Replay).ShouldContain("method dpo");
        Refuse(new Hyperparameters(), TuningMethod.Dpo, OtherFiles.Replay).ShouldContain("method dpo");
        Should.NotThrow(() => new Hyperparameters { ReplayShare = 0.2 }.Check(TuningMethod.Full, OtherFiles.Replay));
    }

    static string Refuse(Hyperparameters chosen, TuningMethod method, OtherFiles files = OtherFiles.None) =>
        Should.Throw<HoneException>(() => chosen.Check(method, files)).Message;

    static ResolvedHyperparameters Resolve(Hyperparameters chosen, TuningMethod method = TuningMethod.Lora, int examples = 100, int validation = 0, bool hasReplay = false) =>
        ResolvedHyperparameters.Of(chosen, method, examples, width: 2000, validation, hasReplay, present: null);
}
