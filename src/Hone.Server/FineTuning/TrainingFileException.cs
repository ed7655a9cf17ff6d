using Hone.Engine;

namespace Hone.Server.FineTuning;

/// <summary>A file that cannot be trained on. The message names the file, for the command line; <see cref="Error"/> has the API's words. Both call the file as its owner did, never by where it lies.</summary>
public sealed class TrainingFileException : HoneException
{
    /// <param name="parameter">training_file, validation_file or replay_file.</param>
    public TrainingFileException(JobFile file, string parameter, HoneException problem)
        : base(Named(file, problem), problem) => Error = Describe(parameter, problem.Code, MessageOf(file, problem));

    public JobError Error { get; }

    static string Named(JobFile file, HoneException problem)
    {
        string name = file.DisplayName, message = MessageOf(file, problem);
        return message.Contains(name, StringComparison.Ordinal) ? message : $"{name}: {message}";
    }

    static string MessageOf(JobFile file, HoneException problem) => problem.Message.Replace(file.Path, file.DisplayName, StringComparison.Ordinal);

    static JobError Describe(string parameter, string? code, string message)
    {
        string kind = parameter[..^"_file".Length];
        string shown = parameter == "replay_file" ? $"hone.{parameter}" : parameter;
        return code switch
        {
            "invalid_n_examples" => new JobError(code, message, shown),
            "invalid_file_format" => new JobError(code, $"The job failed due to a file format error in the {kind} file. {message}", shown),
            _ => new JobError($"invalid_{parameter}", $"The job failed due to an invalid {kind} file. {message}", shown),
        };
    }
}
