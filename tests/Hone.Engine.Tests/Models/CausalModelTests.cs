using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Engine.Tests.Generation;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Models;

public sealed class CausalModelTests
{
    [Theory]
    [InlineData("llama", Activation.Gelu)]
    [InlineData("qwen3", Activation.GeluTanh)]
    [InlineData("gpt2", Activation.Gelu)]
    [InlineData("gpt2", Activation.Silu)]
    public void An_activation_that_the_family_does_not_compute_is_refused(string family, Activation activation)
    {
        ModelConfig config = SmallModel.Config(family) with { Activation = activation };

        string message = Should.Throw<HoneException>(() => SmallModel.Create(config)).Message;

        message.ShouldContain(activation.ToString());
        message.ShouldContain(family);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public void A_head_that_is_rotated_in_part_is_refused(string family)
    {
        ModelConfig config = SmallModel.Config(family) with { Rope = new RopeConfig { PartialFactor = 0.5 } };

        Should.Throw<HoneException>(() => SmallModel.Create(config)).Message.ShouldContain("partial_rotary_factor");
    }

    [Fact]
    public void Layers_with_a_window_rotate_by_the_parameters_of_their_kind()
    {
        var rope = new RopeConfig { Theta = 500 };
        int[] prompt = SmallModel.Prompt(20);

        float[] plain = Logits(SmallModel.Create(SmallModel.Config("mistral") with { Rope = rope }), prompt);
        float[] windowed = Logits(SmallModel.Create(SmallModel.Config("mistral") with { Windows = [100, 100], SlidingRope = rope }), prompt);

        windowed.ShouldBe(plain);
    }

    [Fact]
    public void A_token_beyond_the_vocabulary_is_refused_as_input_and_as_target()
    {
        CausalModel model = SmallModel.Create();
        TokenBatch batch = TokenBatch.Pack([1, SmallModel.Vocab]);
        var target = new TokenBatch { Ids = [1], Positions = [0], Segments = [new Segment(0, 1)], TargetRows = [0], Targets = [SmallModel.Vocab] };

        Should.Throw<HoneException>(() => model.Hidden(new Tape { Batch = batch })).Message.ShouldContain("199");
        Should.Throw<HoneException>(() => model.Hidden(new Tape { Batch = target })).Message.ShouldContain("199");
    }

    [Fact]
    public void More_layers_need_no_more_memory_where_no_gradient_is_wanted()
    {
        Allocated(layers: 24).ShouldBe(Allocated(layers: 2));

        static long Allocated(int layers)
        {
            ModelConfig config = SmallModel.Config() with { LayerCount = layers, Windows = new int?[layers], HiddenSize = 192, HeadCount = 16 };
            var tape = new Tape(records: false) { Batch = TokenBatch.Pack(SmallModel.Prompt(400), SmallModel.Prompt(400), SmallModel.Prompt(400), SmallModel.Prompt(400)) };
            SmallModel.Create(config).Hidden(tape);
            return tape.AllocatedBytes;
        }
    }

    static float[] Logits(CausalModel model, int[] prompt)
    {
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch
            {
                Ids = prompt,
                Positions = [.. Enumerable.Range(0, prompt.Length)],
                Segments = [new Segment(0, prompt.Length)],
                TargetRows = [.. Enumerable.Range(0, prompt.Length)],
            },
        };
        return model.Logits(tape).Data.ToArray();
    }
}
