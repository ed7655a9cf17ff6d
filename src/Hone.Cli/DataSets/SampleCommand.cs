using System.CommandLine;
using Hone.Data.Formats;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data sample FILE --count N</c>: some of the rows, each with the same chance, in their order.</summary>
static class SampleCommand
{
    public static Command Create()
    {
        DataInput input = new();
        DataTarget target = new("_sample");
        Option<int> count = PositiveOption.Create("--count", Text.Of("How many rows; all of them where there are fewer", "抽取多少行；不足时全部保留"), 100);
        Option<int> seed = new Option<int>("--seed") { Description = Text.Of("Same seed, same rows", "相同种子得到相同的行"), HelpName = "N", DefaultValueFactory = _ => 0 }
            .Within(value => value >= 0, Text.Of($"--seed must be from 0 to {int.MaxValue:N0}.", $"--seed 须在 0 到 {int.MaxValue:N0} 之间。"));
        Command command = input.AddTo(new Command("sample", Text.Of("Take some of the rows by chance", "随机抽取部分行")));
        command.Add(count);
        command.Add(seed);
        target.AddTo(command);
        return command.Does(
            (parse, output, cancel) =>
            {
                SourceFile source = input.Open(parse, output);
                RowSample sample = new(parse.GetValue(count), (ulong)parse.GetValue(seed));
                target.Write(parse, input, [source], output, cancel, sample.Of);
                if (sample.Rows < sample.Count)
                    output.Notice(Text.Of(
                        $"{source.Path} has {Text.Counted(sample.Rows, "row")}, fewer than the {sample.Count:N0} of --count: all of them were taken.",
                        $"{source.Path} 只有 {sample.Rows:N0} 行，少于 --count 的 {sample.Count:N0} 行：已全部保留。"), null);
            }
        );
    }
}
