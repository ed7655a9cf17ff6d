using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench train</c>: how long a training step takes, on random tokens.</summary>
static class TrainBench
{
    const int WarmUpSteps = 2;
    const int MostTokens = 1 << 24;

    public static Command Create()
    {
        Option<string> shape = Shapes.CreateOption();
        Option<string> method = new("--method") { Description = Text.Of("What is trained", "训练方式"), DefaultValueFactory = _ => "lora" };
        method.AcceptOnlyFromAmong("lora", "full");
        Option<int> batch = PositiveOption.Create("--batch", Text.Of("Sequences of a step", "每步的序列数"), 1);
        Option<int> tokens = PositiveOption.Create("--tokens", Text.Of("Tokens of a sequence", "每个序列的词元数"), 512);
        Option<int> steps = PositiveOption.Create("--steps", Text.Of("Steps that are timed", "计时的步数"), 8);
        Option<double> completion = new Option<double>("--completion")
        {
            Description = Text.Of("Share of a sequence that carries loss", "计入损失的序列比例"),
            DefaultValueFactory = _ => 1,
        }.WithoutComma().Within(share => share is > 0 and <= 1, Text.Of("--completion is a share above 0 and at most 1.", "--completion 须大于 0 且不超过 1。"));

        return new Command("train", Text.Of("Time a training step", "测量训练一步的时间")) { shape, method, batch, tokens, completion, steps, DataFolderOption.Create() }.Does((parse, output, cancel) =>
        {
            CausalModel model = Shapes.Open(parse.GetValue(shape)!, DataFolderOption.ModelsOf(parse));
            int length = parse.GetValue(tokens);
            if (length > model.Config.MaxPositions || length < 2)
                throw new HoneException(Text.Of($"--tokens must be from 2 to {model.Config.MaxPositions}, the model's context.", $"--tokens 须在 2 到模型上下文 {model.Config.MaxPositions} 之间。"));
            if ((long)parse.GetValue(batch) * length > MostTokens)
                throw new HoneException(Text.Of($"A step of --batch times --tokens has more than {MostTokens} tokens. Choose fewer.", $"一步有 --batch 乘以 --tokens 个词元，超过 {MostTokens} 个。请改小。"));
            MakeTrainable(model, isFull: parse.GetValue(method) == "full");
            Report(Measure(model, parse.GetValue(batch), length, parse.GetValue(completion), parse.GetValue(steps), cancel), parse.GetValue(batch) * length, output);
        });
    }

    static void MakeTrainable(CausalModel model, bool isFull)
    {
        if (isFull)
        {
            foreach (Parameter parameter in model.Parameters)
                parameter.MakeTrainable();
            return;
        }

        LoraAdapter adapter = LoraAdapter.Create(new LoraConfig(), model.Linears, seed: 1);
        adapter.Attach();
        adapter.MakeTrainable();
    }

    /// <summary>Seconds of each step after the warm-up, in ascending order.</summary>
    static double[] Measure(CausalModel model, int batch, int length, double completion, int steps, CancellationToken cancel)
    {
        var random = new Random(1);
        int firstTarget = Math.Max(1, length - (int)Math.Round(length * completion));
        var examples = new TrainingExample[batch];
        for (int i = 0; i < batch; i++)
        {
            var weights = new float[length];
            weights.AsSpan(firstTarget).Fill(1);
            examples[i] = new TrainingExample([.. Enumerable.Range(0, length).Select(_ => random.Next(model.Config.VocabSize))], weights, i + 1);
        }

        int total = WarmUpSteps + steps;
        var options = new TrainingOptions { BatchSize = batch, Epochs = total, MaxSteps = total, MicroBatchTokens = batch * length, LearningRate = 1e-5 };
        var seconds = new List<double>();
        long last = TimeProvider.System.GetTimestamp();
        var events = new TrainingEvents
        {
            Step = step =>
            {
                if (step.Step > WarmUpSteps)
                    seconds.Add(TimeProvider.System.GetElapsedTime(last).TotalSeconds);
                last = TimeProvider.System.GetTimestamp();
            },
        };
        new Trainer(model, options).Run(new Supervised(examples), events: events, cancel: cancel);
        cancel.ThrowIfCancellationRequested();
        seconds.Sort();
        return [.. seconds];
    }

    static void Report(double[] seconds, int tokens, Output output)
    {
        double median = Median.Of(seconds);
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{tokens / median:F1} tokens/s, {median * 1000:F1} ms/step (fastest {seconds[0] * 1000:F1}), peak {PeakMemory.Gigabytes:F2} GB, {Workers.Threads} threads"));
        output.Json(new JsonObject
        {
            ["tokens_per_second"] = Math.Round(tokens / median, 2),
            ["milliseconds_per_step"] = Math.Round(median * 1000, 2),
            ["fastest_milliseconds"] = Math.Round(seconds[0] * 1000, 2),
            ["peak_memory_gb"] = Math.Round(PeakMemory.Gigabytes, 3),
            ["steps"] = seconds.Length,
            ["threads"] = Workers.Threads,
        });
    }
}
