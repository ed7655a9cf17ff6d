using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data convert FILE</c>: any file as training lines.</summary>
static class ConvertCommand
{
    public static Command Create()
    {
        DataInput input = new();
        DataOutput target = new(".jsonl");
        Option<string?> to = new("--to") { Description = Text.Of("What to write (default: what suits the rows)", "输出类型（默认：由数据决定）"), HelpName = "chat|completion|preference" };
        to.AcceptOnlyFromAmong("chat", "completion", "preference");

        Command command = input.AddTo(new Command("convert", Text.Of("Turn a CSV, XLSX, JSON or text file into training lines", "把 CSV、XLSX、JSON 或文本文件转换为训练样本")));
        command.Add(to);
        target.AddTo(command);
        return command.Does((parse, output, cancel) =>
        {
            SourceFile source = input.Open(parse, output);
            DatasetKind? kind = parse.GetValue(to) is { } name ? Enum.Parse<DatasetKind>(name, ignoreCase: true) : null;
            RowMapping mapping = input.Map(parse, source, output, kind);
            string path = target.PathOf(parse, source);
            long count = JsonLinesWriter.Write(path, mapping.Map(source.Read()), cancel);
            output.Line(Text.Of($"{path}: {count} examples ({DatasetReader.Name(mapping.Kind)})", $"{path}：{count} 个样本（{DatasetReader.Name(mapping.Kind)}）"));
            output.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["kind"] = mapping.Kind.ToString().ToLowerInvariant(), ["examples"] = count });
        });
    }
}
