using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Hone.Engine;
using Hone.Engine.Tokenizers;

namespace Hone.Data.Corpora;

/// <summary>A corpus as token ids, document after document, each with its end token: 16 bits each where the vocabulary allows it, else 32.</summary>
public sealed class TokenFile : IDisposable
{
    const int LargestShortVocabulary = 1 << 16;
    const int CharactersAtOnce = 1 << 22;

    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;
    readonly bool _isShort;

    TokenFile(string path, int vocabSize)
    {
        _isShort = vocabSize <= LargestShortVocabulary;
        long bytes = new FileInfo(path).Length;
        if (bytes == 0)
            throw new HoneException(Text.Of("The corpus has no text. Name at least one file that is not empty.", "语料中没有文本。请至少给出一个非空文件。"));
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        Length = bytes / (_isShort ? sizeof(ushort) : sizeof(int));
    }

    /// <summary>Tokens in the file.</summary>
    public long Length { get; }

    public static TokenFile Open(string path, int vocabSize) => new(path, vocabSize);

    /// <summary>Tokenises documents on all cores and writes them in order; the file appears when it is complete.</summary>
    /// <param name="onProgress">Is told the documents and tokens written so far.</param>
    /// <returns>The number of tokens.</returns>
    public static long Write(
        string path,
        IEnumerable<string> documents,
        Tokenizer tokenizer,
        int endId,
        Action<long, long> onProgress,
        CancellationToken cancel
    )
    {
        string temporary = path + ".tmp";
        try
        {
            long tokens = WriteDocuments(temporary, documents, tokenizer, endId, onProgress, cancel);
            File.Move(temporary, path, overwrite: true);
            return tokens;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Tokens from a position on.</summary>
    public int[] Read(long start, int count)
    {
        if (!_isShort)
        {
            var ids = new int[count];
            _view.ReadArray(start * sizeof(int), ids, 0, count);
            return ids;
        }

        var narrow = new ushort[count];
        _view.ReadArray(start * sizeof(ushort), narrow, 0, count);
        return Array.ConvertAll(narrow, id => (int)id);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    static long WriteDocuments(string path, IEnumerable<string> documents, Tokenizer tokenizer, int endId, Action<long, long> onProgress, CancellationToken cancel)
    {
        long tokens = 0;
        long done = 0;
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        foreach (List<string> group in Groups(documents))
        {
            cancel.ThrowIfCancellationRequested();
            var ids = new int[group.Count][];
            Workers.For(group.Count, i => ids[i] = tokenizer.Encode(group[i], addSpecial: false));
            foreach (int[] document in ids)
            {
                WriteIds(stream, [.. document, endId], tokenizer.VocabSize);
                tokens += document.Length + 1;
            }

            done += group.Count;
            onProgress(done, tokens);
        }

        stream.Flush(flushToDisk: true);
        return tokens;
    }

    static void WriteIds(FileStream stream, int[] ids, int vocabSize)
    {
        if (vocabSize <= LargestShortVocabulary)
            stream.Write(MemoryMarshal.AsBytes(Array.ConvertAll(ids, id => (ushort)id).AsSpan()));
        else
            stream.Write(MemoryMarshal.AsBytes(ids.AsSpan()));
    }

    static IEnumerable<List<string>> Groups(IEnumerable<string> documents)
    {
        List<string> group = [];
        int characters = 0;
        foreach (string document in documents)
        {
            group.Add(document);
            characters += document.Length;
            if (characters < CharactersAtOnce)
                continue;
            yield return group;
            group = [];
            characters = 0;
        }

        if (group.Count > 0)
            yield return group;
    }
}
