using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Hone.Engine;

/// <summary>The engine's threads: runs the items of a loop on all of them, and returns when all are done.</summary>
/// <remarks>
/// Which thread takes which item is left open, so an item must not depend on another: results are then the same for any number of threads.
/// A loop started inside a loop, or while another keeps the threads busy, runs on its caller's thread: nobody waits for a long loop. Threads spin briefly before they sleep, because the next loop is often microseconds away.
/// </remarks>
public static class Workers
{
    static readonly Lock Gate = new();
    static WorkerThread[] _threads = [];
    static int _threadCount = InitialCount();

    // The loop in progress. Whoever lowers _remaining owns an item, and until it is done (_pending) the other fields do not change:
    // a thread that comes late finds nothing, and nobody waits for it.
    static Action<int> _body = static _ => { };
    static int _count;
    static int _remaining;
    static int _pending;
    static Exception? _failure;

    [ThreadStatic]
    static bool _isInside;

    /// <summary>Threads in use, the caller's among them: <c>HONE_THREADS</c>, else one for each core.</summary>
    public static int Threads
    {
        get => _threadCount;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            lock (Gate)
                _threadCount = value;
        }
    }

    /// <summary>Calls <paramref name="body"/> once for each index from 0 to <paramref name="count"/> - 1.</summary>
    public static void For(int count, Action<int> body)
    {
        if (_isInside || count <= 1 || _threadCount == 1 || !Gate.TryEnter())
        {
            for (int i = 0; i < count; i++)
                body(i);
            return;
        }

        try
        {
            if (_threads.Length != _threadCount - 1)
                ReplaceThreads();
            _body = body;
            _count = count;
            _failure = null;
            _pending = count;
            Volatile.Write(ref _remaining, count);
            Interlocked.MemoryBarrier(); // _remaining before the sleepers are looked for
            foreach (WorkerThread thread in _threads)
                thread.Wake();

            TakeItems();
            SpinWait spin = default;
            while (Volatile.Read(ref _pending) > 0)
                spin.SpinOnce(sleep1Threshold: -1);
            Exception? failure = _failure;
            (_body, _failure) = (static _ => { }, null);
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>The same for a static lambda that gets its variables as a state: such a loop allocates nothing.</summary>
    public static void For<TState>(int count, TState state, Action<TState, int> body)
    {
        if (_isInside || count <= 1 || _threadCount == 1)
        {
            for (int i = 0; i < count; i++)
                body(state, i);
            return;
        }

        Loop<TState> loop = Loop<TState>.OfThread ?? new Loop<TState>();
        Loop<TState>.OfThread = null;
        (loop.State, loop.Body) = (state, body);
        For(count, loop.Run);
        loop.State = default!;
        Loop<TState>.OfThread = loop;
    }

    static void TakeItems()
    {
        _isInside = true;
        int remaining;
        while ((remaining = Volatile.Read(ref _remaining)) > 0)
        {
            if (Interlocked.CompareExchange(ref _remaining, remaining - 1, remaining) != remaining)
                continue;
            try
            {
                if (_failure is null)
                    _body(_count - remaining);
            }
            catch (Exception failure)
            {
                _failure = failure;
            }

            Interlocked.Decrement(ref _pending);
        }

        _isInside = false;
    }

    static void ReplaceThreads()
    {
        foreach (WorkerThread thread in _threads)
            thread.Stop();
        _threads = new WorkerThread[_threadCount - 1];
        for (int i = 0; i < _threads.Length; i++)
            _threads[i] = new WorkerThread();
    }

    static int InitialCount() =>
        int.TryParse(Environment.GetEnvironmentVariable("HONE_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : Environment.ProcessorCount;

    /// <summary>A loop's variables and the delegate that hands them on, kept by the thread for its next loop of this type.</summary>
    sealed class Loop<TState>
    {
        [ThreadStatic]
        public static Loop<TState>? OfThread;

        public Loop() => Run = i => Body(State, i);

        public Action<int> Run { get; }

        public TState State { get; set; } = default!;

        public Action<TState, int> Body { get; set; } = static (_, _) => { };
    }

    sealed class WorkerThread
    {
        const int SpinsBeforeSleep = 4000;

        readonly object _sleep = new();
        int _isAsleep;
        bool _isSignalled;
        volatile bool _isStopped;

        public WorkerThread() => new Thread(Run) { IsBackground = true, Name = "Hone worker" }.Start();

        public void Wake()
        {
            if (Volatile.Read(ref _isAsleep) == 0 || Interlocked.Exchange(ref _isAsleep, 0) == 0)
                return;
            lock (_sleep)
            {
                _isSignalled = true;
                Monitor.Pulse(_sleep);
            }
        }

        public void Stop()
        {
            _isStopped = true;
            Interlocked.MemoryBarrier();
            Wake();
        }

        void Run()
        {
            while (true)
            {
                Wait();
                if (_isStopped)
                    return;
                TakeItems();
            }
        }

        void Wait()
        {
            for (int spin = 0; spin < SpinsBeforeSleep; spin++)
            {
                if (HasWork)
                    return;
                Thread.SpinWait(20);
            }

            Volatile.Write(ref _isAsleep, 1);
            Interlocked.MemoryBarrier(); // _isAsleep before the last look
            if (HasWork && Interlocked.Exchange(ref _isAsleep, 0) == 1)
                return;
            lock (_sleep)
            {
                while (!_isSignalled)
                    Monitor.Wait(_sleep);
                _isSignalled = false;
            }
        }

        bool HasWork => _isStopped || Volatile.Read(ref _remaining) > 0;
    }
}
