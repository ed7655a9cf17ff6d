using System.CommandLine;
using Hone.Data.Mapping;
using Hone.Data.Quality;
using Hone.Data.Sources;
using Hone.Engine.Checkpoints;
using Hone.Engine.Embedding;

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
            (string? fixedPath, string? maskedPath, string? page) = arguments.Targets(parse, source);

            using EmbeddingModel? model = arguments.OpenModel(parse);
            QualityReport report = Run(files, arguments.OptionsOf(parse), model, output, cancel);
            QualityScreen.Show(report, output);
            foreach (QualityFinding finding in report.Findings)
                output.Json(finding.ToJson());
            if (fixedPath is not null)
                QualityScreen.Show(FixedFile.Write(fixedPath, train, report, cancel), fixedPath, output);
            if (maskedPath is not null)
                QualityScreen.Show(MaskedFile.Write(maskedPath, train, cancel), maskedPath, output);
            if (page is not null)
            {
                AtomicFile.WriteText(page, QualityPage.Of(report, Path.GetFileName(source.Path)));
                output.Line();
                output.Line(Text.Of($"Report: {page}", $"报告：{page}"));
            }
            output.Json(report.ToJson());
            if (!report.IsUsable)
                throw new HoneException(Text.Of($"{source.Path} should not be trained on as it is: see the errors above.", $"{source.Path} 目前不应用于训练：见上面的错误。"));

            QualityFile FileOf(DataPart part, SourceFile file) => new(part, file.Path, new MappedRows(file.Read, input.Map(parse, file, output), keepsColumns: false));
        });
    }

    /// <summary>How many rows there are is known when they are read for the second time: then a terminal shows how far it is.</summary>
    static QualityReport Run(IReadOnlyList<QualityFile> files, QualityOptions options, EmbeddingModel? model, Output output, CancellationToken cancel)
    {
        Progress? progress = null;
        try
        {
            QualityOptions all = model is null ? options : options with { Embed = Embed };
            return DataQuality.Run(files, all, output.TerminalWidth > 0 ? (done, rows) => (progress ??= new Progress(output, rows)).Report(done, "") : null, cancel);
        }
        finally
        {
            progress?.Dispose();
        }

        float[][] Embed(IReadOnlyList<string> texts)
        {
            progress?.Dispose();
            return SemanticOption.Embed(model!, texts, output, cancel);
        }
    }
}
