using System.CommandLine;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary>Where a <c>hone data</c> command writes: beside nothing that exists, unless the user insists.</summary>
sealed class DataOutput(string ending)
{
    readonly Option<string?> _path = new("--output", "-o")
    {
        Description = Text.Of($"File to write (default: the input's name with {ending}, in this folder)", $"输出文件（默认：当前文件夹，输入文件名加 {ending}）"),
        HelpName = "FILE",
    };

    readonly Option<bool> _force = CreateForce();

    public static Option<bool> CreateForce() => new("--force") { Description = Text.Of("Replace a file that exists", "覆盖已存在的文件") };

    public void AddTo(Command command)
    {
        command.Add(_path);
        command.Add(_force);
    }

    /// <summary>The path to write to.</summary>
    /// <param name="otherEnding">What the default name ends with, where it is not the one in the help.</param>
    /// <exception cref="HoneException">It exists and is not to be replaced, or is the input itself.</exception>
    public string PathOf(ParseResult parse, SourceFile source, string? otherEnding = null)
    {
        string path = parse.GetValue(_path) is { Length: > 0 } given ? given : StemOf(source.Path) + (otherEnding ?? ending);
        return Free(parse, path, source);
    }

    /// <summary>Another file beside the output.</summary>
    /// <inheritdoc cref="PathOf"/>
    public string Free(ParseResult parse, string path, SourceFile source, string? output = null) => Free(path, source, parse.GetValue(_force), "--output", output);

    /// <summary>The path, where it is free.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="output">Another file that is written.</param>
    /// <inheritdoc cref="PathOf"/>
    public static string Free(string path, SourceFile source, bool mayReplace, string option, string? output = null)
    {
        if (Path.GetFullPath(path) == Path.GetFullPath(source.Path))
            throw new HoneException(Text.Of($"{path} is the file that is read. Name another one with {option}.", $"{path} 就是输入文件。请用 {option} 指定其他文件。"));
        if (output is not null && Path.GetFullPath(path) == Path.GetFullPath(output))
            throw new HoneException(Text.Of($"{path} is the output already. Name another file for the rest.", $"{path} 已是输出文件。请为其余内容指定另一个文件。"));
        if (Path.Exists(path) && !mayReplace)
            throw new HoneException(Text.Of($"{path} exists already. Name another file with {option}, or replace it with --force.", $"{path} 已存在。请用 {option} 指定其他文件，或用 --force 覆盖。"));
        return path;
    }

    /// <summary>The name of a file without its folder and its extension, that of a packed file included.</summary>
    public static string StemOf(string path) => Path.GetFileNameWithoutExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path);
}
