using Hone.Engine;

namespace Hone.Server.FineTuning;

/// <summary>A file that cannot be trained on. The message names the file, for the command line; <see cref="Error"/> has the API's words.</summary>
public sealed class TrainingFileException : HoneException
{
    /// <param name="parameter">training_file, validation_file or replay_file.</param>
    public TrainingFileException(JobFile file, string parameter, HoneException problem)
        : base(Named(file, problem), problem) => Error = Describe(parameter, problem);

    public JobError Error { get; }

    static string Named(JobFile file, HoneException problem)
    {
        string name = file.DisplayName;
        return problem.Message.Contains(name, StringComparison.Ordinal) ? problem.Message : $"{name}: {problem.Message}";
    }

    static JobError Describe(string parameter, HoneException problem)
    {
        string kind = parameter[..^"_file".Length];
        string shown = parameter == "replay_file" ? $"hone.{parameter}" : parameter;
        return problem.Code switch
        {
            "invalid_n_examples" => new JobError(problem.Code, problem.Message, shown),
            "invalid_file_format" => new JobError(problem.Code, $"The job failed due to a file format error in the {kind} file. {problem.Message}", shown),
            _ => new JobError($"invalid_{parameter}", $"The job failed due to an invalid {kind} file. {problem.Message}", shown),
        };
    }
}
