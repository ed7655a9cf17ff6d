using System.Text.Json.Serialization;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>Whether training refuses what was found, or a person should look at it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Training refuses the file because of it.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Training takes it, but it is worth a look.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,
}

/// <summary>Something that was found in a data set: where it stands, what is wrong and how to mend it.</summary>
/// <param name="Code">One of <see cref="FindingCodes"/>, the same in every version.</param>
/// <param name="Example">The example, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Line">The line, from 1, blank ones included; 0 where the file as a whole is meant.</param>
/// <param name="Field">The path of the member, such as <c>messages[1].content</c>; null where the line as a whole is meant.</param>
/// <param name="What">What is wrong, in the user's language.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record Finding(string Code, int Example, int Line, string? Field, string What, string Fix)
{
    public Severity Severity { get; init; } = Severity.Error;

    /// <summary>All of it in one sentence, in the words of the fine-tuning API where it has some.</summary>
    internal string Message { get; init; } = Line == 0 ? $"{What}: {Fix}." : Text.Of($"Line {Line}: {What}: {Fix}.", $"第 {Line} 行：{What}：{Fix}。");

    /// <summary>The word of the fine-tuning API for this kind of problem, where it has one.</summary>
    internal string? ErrorCode { get; init; }

    internal HoneException ToException() => new(Message) { Code = ErrorCode };
}
