using System.CommandLine;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data convert FILE</c>: any file as training lines, or as a table in another format.</summary>
static class ConvertCommand
{
    public static Command Create()
    {
        DataInput input = new();
        DataTarget target = new(ending: "");
        Command command = input.AddTo(new Command("convert", Text.Of("Turn a CSV, XLSX, JSON or text file into training lines", "把 CSV、XLSX、JSON 或文本文件转换为训练样本")));
        target.AddTo(command);
        return command.Does((parse, output, cancel) => target.Write(parse, input, [input.Open(parse, output)], output, cancel));
    }
}
