using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary>Where a <c>hone data</c> command writes: beside nothing that exists, unless the user insists.</summary>
/// <param name="ending">What the default name has behind that of the input, before its extension.</param>
/// <param name="usual">The format that is written where no other is asked for.</param>
sealed class DataOutput(string ending, string usual = DataOutput.JsonLines)
{
    const string JsonLines = "jsonl";

    readonly Option<string?> _path = new Option<string?>("--output", "-o", "--out")
    {
        Description = Text.Of($"File to write (default: the input's name with {ending}.{usual}, in this folder)", $"输出文件（默认：当前文件夹，输入文件名加 {ending}.{usual}）"),
        HelpName = "FILE",
    }.ToFile();

    readonly Option<bool> _force = CreateForce();

    public static Option<bool> CreateForce() => new("--force") { Description = Text.Of("Replace a file that exists", "覆盖已存在的文件") };

    public void AddTo(Command command)
    {
        command.Add(_path);
        command.Add(_force);
    }

    /// <summary>The path as the user gave it; null for the default.</summary>
    public string? Given(SymbolResult given) => given.GetValue(_path) is { Length: > 0 } path ? path : null;

    /// <summary>The path to write to.</summary>
    /// <param name="sources">The files that are read; the first one gives the output its default name.</param>
    /// <param name="format">What is written.</param>
    /// <exception cref="HoneException">It exists and is not to be replaced, is one of the files that are read, or is named like another format.</exception>
    public string PathOf(ParseResult parse, IReadOnlyList<SourceFile> sources, string format = JsonLines)
    {
        string path = Given(parse.CommandResult) ?? DefaultOf(sources, format);
        foreach (SourceFile source in sources)
            Free(path, source, parse.GetValue(_force), "--output", format: format);
        return path;
    }

    /// <inheritdoc cref="PathOf(ParseResult, IReadOnlyList{SourceFile}, string)"/>
    public string PathOf(ParseResult parse, SourceFile source) => PathOf(parse, [source]);

    /// <summary>Named like the first file; what would be one of the files itself, such as JSON Lines that become others, is called converted.</summary>
    string DefaultOf(IReadOnlyList<SourceFile> sources, string format)
    {
        string path = $"{StemOf(sources[0].Path)}{ending}.{format}";
        return sources.Any(source => Path.GetFullPath(source.Path) == Path.GetFullPath(path)) ? Path.ChangeExtension(path, $".converted.{format}") : path;
    }

    /// <summary>Another file beside the output.</summary>
    /// <inheritdoc cref="PathOf(ParseResult, IReadOnlyList{SourceFile}, string)"/>
    public string Free(ParseResult parse, string path, SourceFile source, string? output = null, string option = "--output") => Free(path, source, parse.GetValue(_force), option, output);

    /// <summary>The path, where it is free.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="output">Another file that is written.</param>
    /// <inheritdoc cref="PathOf(ParseResult, IReadOnlyList{SourceFile}, string)"/>
    public static string Free(string path, SourceFile source, bool mayReplace, string option, string? output = null, string format = JsonLines)
    {
        RequireOther(path, source.Path, option, output);
        RequireName(path, format);
        return Free(path, source.Path, mayReplace, option, output);
    }

    /// <summary>The path, where it is free, whatever its ending.</summary>
    /// <param name="input">The file that is read.</param>
    /// <inheritdoc cref="Free(string, SourceFile, bool, string, string?, string)"/>
    public static string Free(string path, string input, bool mayReplace, string option, string? output = null)
    {
        RequireOther(path, input, option, output);
        if (Directory.Exists(path))
            throw new HoneException(Text.Of($"{path} is a folder. Name a file in it with {option}.", $"{path} 是文件夹。请用 {option} 指定其中的文件。"));
        if (Path.Exists(path) && !mayReplace)
            throw new HoneException(Text.Of($"{path} exists already. Name another file with {option}, or replace it with --force.", $"{path} 已存在。请用 {option} 指定其他文件，或用 --force 覆盖。"));
        return path;
    }

    static void RequireOther(string path, string input, string option, string? output)
    {
        if (Path.GetFullPath(path) == Path.GetFullPath(input))
            throw new HoneException(Text.Of($"{path} is the file that is read. Name another one with {option}.", $"{path} 就是输入文件。请用 {option} 指定其他文件。"));
        if (output is not null && Path.GetFullPath(path) == Path.GetFullPath(output))
            throw new HoneException(Text.Of($"{path} is the output already. Name another file for the rest.", $"{path} 已是输出文件。请为其余内容指定另一个文件。"));
    }

    /// <summary>Refuses a name that promises another format than is written. A list of lines may be called .json: readers tell the two apart.</summary>
    public static void RequireName(string path, string format = JsonLines)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        bool isPacked = extension == ".gz";
        if (!isPacked && (SourceFile.FormatOfName(path) is not { } named || named == format || (named, format) is ("json", JsonLines)))
            return;
        string written = format == JsonLines ? "JSON Lines" : format.ToUpperInvariant();
        throw new HoneException(isPacked
            ? Text.Of($"{path}: files are written as they are, not compressed. Leave .gz out of the name.", $"{path}：输出文件不压缩。请去掉文件名中的 .gz。")
            : Text.Of(
                $"{path}: what is written is {written}, but the name says {extension}. End it with .{format}; hone data convert writes tables with --to csv.",
                $"{path}：写出的是 {written}，而文件名的扩展名是 {extension}。请以 .{format} 结尾；hone data convert 可用 --to csv 写出表格。"));
    }

    /// <summary>The name of a file without its folder and its extension, that of a packed file included.</summary>
    public static string StemOf(string path) => Path.GetFileNameWithoutExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path);
}
