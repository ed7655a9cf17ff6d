using System.Text;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Engine;
using Hone.Server.Batches;
using Hone.Server.Http;

namespace Hone.Server.Files;

/// <summary>Checks what was sent for fine-tuning or for a batch. What is no JSON Lines at all is refused; of other mistakes the first one is kept with the file, and a job on it fails with it.</summary>
static class UploadedLines
{
    const int ShownStart = 40;

    /// <summary>The problem of the first line that has one, with its line, field and reason; null when there is none.</summary>
    public static string? FindProblem(string path, string purpose)
    {
        if (purpose is not (FilePurposes.FineTune or FilePurposes.Batch))
            return null;
        bool isEmpty = !RequireDictionaries(path);
        // The interface takes an empty batch, and fails it.
        if (isEmpty && purpose == FilePurposes.FineTune)
            throw ApiError.Invalid("The file is empty. A file for fine-tuning needs at least one line with a JSON dictionary.", "file");
        return purpose == FilePurposes.Batch ? FindProblemOfBatch(path) : FindProblemOfDataset(path);
    }

    static string? FindProblemOfDataset(string path)
    {
        try
        {
            if (PairReader.IsPairs(path))
                PairReader.Check(path);
            else
                _ = DatasetReader.Read(path).Count();
            return null;
        }
        catch (HoneException problem)
        {
            return problem.Message;
        }
    }

    static string? FindProblemOfBatch(string path) =>
        BatchLines.Read(path).Select(read => read.Error).FirstOrDefault(error => error is not null) is { } error
            ? error.Line is { } line ? $"Line {line}: {error.Message}" : error.Message
            : null;

    /// <summary>Refuses a file with a line that does not even begin as an object. Nothing but the beginnings of lines is kept.</summary>
    /// <returns>False when all lines are blank.</returns>
    static bool RequireDictionaries(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[1 << 16];
        bool isAtStart = true, hasLines = false;
        int line = 1;
        int read;
        for (long position = 0; (read = file.Read(buffer)) > 0; position += read)
        {
            for (int i = position == 0 && buffer.AsSpan(0, read).StartsWith("\ufeff"u8) ? 3 : 0; i < read; i++)
            {
                if (isAtStart && buffer[i] is (byte)' ' or (byte)'\t' or (byte)'\r')
                    continue;
                if (buffer[i] == '\n')
                    (isAtStart, line) = (true, line + 1);
                else if (isAtStart && buffer[i] != '{')
                    throw NoDictionary(line, StartAt(file, position + i));
                else
                {
                    (isAtStart, hasLines) = (false, true);
                    int end = buffer.AsSpan(i, read - i).IndexOf((byte)'\n');
                    i = end < 0 ? read : i + end - 1;
                }
            }
        }
        return hasLines;
    }

    static ApiError NoDictionary(int line, string start) =>
        ApiError.Invalid($"Expected file to have JSONL format, where every line is a JSON dictionary. Line {line} is not a dictionary (HINT: line starts with: \"{start}...\").");

    static string StartAt(FileStream file, long position)
    {
        byte[] bytes = new byte[ShownStart * 4];
        file.Position = position;
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(bytes, 0, read).Split('\n')[0];
        return new string([.. text.Where(character => !char.IsControl(character)).Take(ShownStart)]);
    }
}
