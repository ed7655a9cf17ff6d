using System.CommandLine;
using Hone.Data.Mapping;
using Hone.Data.Quality;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary><c>hone data quality FILE</c>: what a data set would teach, as a score card. Exit code 1 when a finding makes it unfit for training.</summary>
static class QualityCommand
{
    public static Command Create()
    {
        DataInput input = new();
        QualityArguments arguments = new();
        Command command = input.AddTo(new Command("quality", Text.Of("Judge what a training file would teach", "评估训练文件会教给模型什么")));
        arguments.AddTo(command);
        return command.Does((parse, output, cancel) =>
        {
            SourceFile source = input.Open(parse, output);
            QualityFile train = FileOf(DataPart.Train, source);
            List<QualityFile> files = [train];
            foreach ((DataPart part, string path) in arguments.OtherFiles(parse))
            {
                SourceFile other = input.Open(parse, path, output);
                files.Add(FileOf(part, other));
            }
            string? target = arguments.MaskPath(parse, source);

            var report = DataQuality.Run(files, arguments.OptionsOf(parse), cancel: cancel);
            QualityScreen.Show(report, output);
            foreach (QualityFinding finding in report.Findings)
                output.Json(finding.ToJson());
            if (target is not null)
                QualityScreen.Show(MaskedFile.Write(target, train, cancel), target, output);
            output.Json(report.ToJson());
            if (!report.IsUsable)
                throw new HoneException(Text.Of($"{source.Path} should not be trained on as it is: see the errors above.", $"{source.Path} 目前不应用于训练：见上面的错误。"));

            QualityFile FileOf(DataPart part, SourceFile file) => new(part, file.Path, new MappedRows(file.Read, input.Map(parse, file, output), keepsColumns: false));
        });
    }
}
