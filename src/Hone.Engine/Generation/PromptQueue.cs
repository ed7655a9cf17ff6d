using Hone.Engine.Adapters;

namespace Hone.Engine.Generation;

/// <summary>Prompts that wait to be computed, in the order of their arrival; equal ones are computed once.</summary>
sealed class PromptQueue(PromptCache cache, KvPool pool)
{
    /// <summary>Sharing fewer tokens with a prompt of the same pass is not worth waiting for the next: a pass over few tokens takes as long as reading the weights.</summary>
    const int LeastShared = 32;

    readonly List<Job> _jobs = [];

    public bool IsEmpty => _jobs.Count == 0;

    public void Add(TokenSequence sequence, int[] prompt)
    {
        foreach (Job job in _jobs)
        {
            if (ReferenceEquals(job.Adapter, sequence.Adapter) && job.Prompt.AsSpan().SequenceEqual(prompt))
            {
                job.Sequences.Add(sequence);
                return;
            }
        }

        _jobs.Add(new Job(prompt, sequence));
    }

    public void Remove(TokenSequence sequence)
    {
        foreach (Job job in _jobs)
            job.Sequences.Remove(sequence);
        foreach (Job job in _jobs.Where(job => job.Sequences.Count == 0))
            job.Cache?.Truncate(0);
        _jobs.RemoveAll(job => job.Sequences.Count == 0);
    }

    /// <summary>The stretches of prompts for the next pass, at most <paramref name="maxTokens"/> together.</summary>
    public List<(Job Job, int Count)> NextPass(int maxTokens)
    {
        var pass = new List<(Job Job, int Count)>();
        foreach (Job job in _jobs)
        {
            if (maxTokens == 0)
                break;
            if (job.Cache is null && !Start(job))
                continue;
            int count = Math.Min(maxTokens, job.Prompt.Length - job.Cache!.Length);
            pass.Add((job, count));
            maxTokens -= count;
        }

        return pass;
    }

    /// <summary>Keeps a prompt that is complete and takes it from the queue.</summary>
    public void Complete(Job job)
    {
        cache.Add(job.Prompt, job.Adapter, job.Cache!);
        job.Cache!.Truncate(0);
        _jobs.Remove(job);
    }

    /// <summary>Begins with what is kept; waits when a prompt under way will soon have more of it.</summary>
    bool Start(Job job)
    {
        (int kept, KvCache? start) = cache.Find(job.Prompt, job.Adapter);
        foreach (Job other in _jobs)
        {
            if (other.Cache is not null && ReferenceEquals(other.Adapter, job.Adapter) && PromptCache.CommonPrefix(other.Prompt, job.Prompt) >= Math.Min(kept + LeastShared, job.Prompt.Length))
            {
                start?.Truncate(0);
                return false;
            }
        }

        job.Cache = start ?? new KvCache(pool);
        job.Kept = kept;
        return true;
    }

    /// <summary>A prompt and the sequences that begin with it.</summary>
    public sealed class Job(int[] prompt, TokenSequence first)
    {
        public int[] Prompt => prompt;

        public LoraAdapter? Adapter => first.Adapter;

        public List<TokenSequence> Sequences { get; } = [first];

        /// <summary>How many tokens at its beginning were kept.</summary>
        public int Kept { get; set; }

        /// <summary>What is computed so far; null before the first pass.</summary>
        public KvCache? Cache { get; set; }
    }
}
