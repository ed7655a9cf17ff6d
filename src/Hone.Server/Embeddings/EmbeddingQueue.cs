using System.Threading.Channels;
using Hone.Engine.Embedding;

namespace Hone.Server.Embeddings;

/// <summary>One embedding model and the requests that wait for it: all that wait go through it together, sorted by length, so nothing is padded.</summary>
sealed class EmbeddingQueue : IDisposable
{
    /// <summary>Texts that wait; beyond them requests are turned away.</summary>
    public const int MaxWaiting = 16_384;

    /// <summary>Texts that go through the model together: enough to fill it, few enough that a small request does not wait for a large one's end.</summary>
    const int MaxTogether = 512;

    readonly Channel<Work> _waiting = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    readonly Task _loop;
    int _count;

    public EmbeddingQueue(EmbeddingModel model)
    {
        Model = model;
        _loop = Task.Run(RunAsync);
    }

    public EmbeddingModel Model { get; }

    /// <summary>The vectors of texts, each made of parts that the model can read; null when too many texts wait already.</summary>
    public Task<float[][]>? TryEmbed(IReadOnlyList<int[]> texts, TooLong tooLong, CancellationToken cancel)
    {
        if (Interlocked.Add(ref _count, texts.Count) > MaxWaiting && _count > texts.Count)
        {
            Interlocked.Add(ref _count, -texts.Count);
            return null;
        }
        var work = new Work(texts, tooLong, cancel);
        _waiting.Writer.TryWrite(work);
        return work.Vectors.Task;
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _loop.Wait();
        Model.Dispose();
    }

    async Task RunAsync()
    {
        var together = new List<Work>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            together.Clear();
            int texts = 0;
            while (texts < MaxTogether && _waiting.Reader.TryRead(out Work? work))
            {
                if (Drop(work))
                    continue;
                texts += work.Left.Count;
                together.Add(work);
            }
            foreach (IGrouping<TooLong, Work> alike in together.GroupBy(work => work.TooLong))
                Embed([.. alike], alike.Key);
        }
    }

    /// <summary>Takes some texts of each request through the model; a request with more goes to the end of the queue.</summary>
    void Embed(Work[] works, TooLong tooLong)
    {
        List<(Work Work, int Text)> chosen = [.. works.SelectMany(work => work.Left.Take(MaxTogether).Select(text => (work, text)))];
        try
        {
            float[][] vectors = Model.Embed([.. chosen.Select(item => item.Work.Texts[item.Text])], tooLong);
            for (int i = 0; i < chosen.Count; i++)
                chosen[i].Work.Found[chosen[i].Text] = vectors[i];
        }
        catch (Exception error)
        {
            if (works is [{ } alone])
                End(alone, () => alone.Vectors.SetException(error));
            else
                Array.ForEach(works, work => Embed([work], tooLong)); // Only those that cannot be computed fail.
            return;
        }

        foreach (Work work in works)
            GoOn(work);
    }

    void GoOn(Work work)
    {
        work.Left.RemoveRange(0, Math.Min(MaxTogether, work.Left.Count));
        if (work.Left.Count == 0)
            End(work, () => work.Vectors.SetResult(work.Found));
        else if (!_waiting.Writer.TryWrite(work))
            End(work, () => work.Vectors.SetCanceled());
    }

    /// <summary>A client that went away frees its place.</summary>
    bool Drop(Work work)
    {
        if (!work.Cancel.IsCancellationRequested)
            return false;
        End(work, () => work.Vectors.SetCanceled(work.Cancel));
        return true;
    }

    void End(Work work, Action finish)
    {
        Interlocked.Add(ref _count, -work.Texts.Count);
        finish();
    }

    /// <summary>What one request asks for.</summary>
    sealed class Work(IReadOnlyList<int[]> texts, TooLong tooLong, CancellationToken cancel)
    {
        public IReadOnlyList<int[]> Texts => texts;

        public TooLong TooLong => tooLong;

        public CancellationToken Cancel => cancel;

        /// <summary>The texts that are not done, by number.</summary>
        public List<int> Left { get; } = [.. Enumerable.Range(0, texts.Count)];

        public float[][] Found { get; } = new float[texts.Count][];

        public TaskCompletionSource<float[][]> Vectors { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
