using System.Collections.Concurrent;
using System.Text;
using Hone.Engine.Tokenizers.Splitting;

namespace Hone.Engine.Tokenizers.Training;

/// <summary>Counts the pieces into which the pre-tokenizer cuts a corpus, on several threads. The result does not depend on their number.</summary>
sealed class WordCounter(Splitter splitter, IReadOnlyList<string> separators, int threads)
{
    const int BlockLength = 1 << 20;

    /// <summary>The pieces and how often each occurs, in ordinal order.</summary>
    public IReadOnlyList<(string Word, int Count)> Count(IEnumerable<TextReader> corpus, CancellationToken cancel)
    {
        using var blocks = new BlockingCollection<string>(2 * threads);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<Dictionary<string, int>>[] workers = [.. Enumerable.Range(0, threads).Select(_ => Task.Run(() => CountBlocks(blocks, stop.Token), cancel))];
        try
        {
            foreach (TextReader reader in corpus)
                foreach (string block in Blocks(reader))
                    blocks.Add(block, cancel);
            blocks.CompleteAdding();
        }
        catch
        {
            stop.Cancel();
            throw;
        }

        Task.WaitAll(workers, cancel);
        Dictionary<string, int> total = workers[0].Result;
        foreach (Task<Dictionary<string, int>> worker in workers.Skip(1))
            foreach ((string word, int count) in worker.Result)
                total[word] = total.GetValueOrDefault(word) + count;
        return [.. total.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];
    }

    Dictionary<string, int> CountBlocks(BlockingCollection<string> blocks, CancellationToken stop)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string block in blocks.GetConsumingEnumerable(stop))
        {
            string[] texts = block.Split([.. separators], StringSplitOptions.RemoveEmptyEntries);
            foreach (string text in texts)
                for (int start = 0; start < text.Length; )
                {
                    int end = splitter.PieceEnd(text, start);
                    ReadOnlySpan<char> word = text.AsSpan(start, end - start);
                    lookup[word] = lookup.TryGetValue(word, out int count) ? count + 1 : 1;
                    start = end;
                }
        }
        return counts;
    }

    /// <summary>The text in blocks that end at a line break, so that words and separators stay whole.</summary>
    static IEnumerable<string> Blocks(TextReader reader)
    {
        var buffer = new char[BlockLength];
        var pending = new StringBuilder();
        for (int read; (read = reader.ReadBlock(buffer)) > 0; )
        {
            int end = buffer.AsSpan(0, read).LastIndexOf('\n') + 1;
            if (end == 0)
            {
                pending.Append(buffer, 0, read);
                continue;
            }
            yield return pending.Append(buffer, 0, end).ToString();
            pending.Clear().Append(buffer, end, read - end);
        }
        if (pending.Length > 0)
            yield return pending.ToString();
    }
}
