using System.CommandLine;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data merge FILE FILE…</c>: the rows of several files, one file after the other, as training lines of one kind.</summary>
static class MergeCommand
{
    public static Command Create()
    {
        DataInput input = new();
        DataTarget target = new("_merged");
        Argument<string[]> others = new("MORE") { Description = Text.Of("More files, each in any format", "更多文件，格式不限"), Arity = ArgumentArity.OneOrMore };
        Command command = input.AddTo(new Command("merge", Text.Of("Put several files into one", "把多个文件合并为一个")));
        command.Add(others);
        target.AddTo(command);
        return command.Does(
            (parse, output, cancel) =>
            {
                string[] paths = [parse.GetRequiredValue(input.File), .. parse.GetRequiredValue(others)];
                SourceFile[] sources = [.. paths.Select(path => input.Open(parse, path, output))];
                input.RequireUse(parse, sources);
                target.Write(parse, input, sources, output, cancel);
            }
        );
    }
}
