using Hone.Engine.Adapters;
using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Engine.Tokenizers;
using Hone.Server.Http;

namespace Hone.Server.Inference;

/// <summary>The thread that continues all texts of one base model: they join and leave between tokens, as many as memory allows, and wait in the order of their arrival.</summary>
sealed class DecodingLoop : IDisposable
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly CausalModel _model;
    readonly Tokenizer _tokenizer;
    readonly IReadOnlyList<int> _endTokens;
    readonly InferenceLimits _limits;
    readonly KvRoom _room;
    readonly Thread _thread;

    readonly object _lock = new();
    readonly LinkedList<Seat> _waiting = [];
    readonly List<GenerationTicket> _leaving = [];
    readonly List<LoraAdapter> _forgotten = [];
    int _running;
    bool _isStopped;

    // The thread's own.
    readonly Dictionary<TokenSequence, Seat> _seats = [];
    GenerationSession _session;

    public DecodingLoop(CausalModel model, Tokenizer tokenizer, IReadOnlyList<int> endTokens, KvRoom room, InferenceLimits limits)
    {
        (_model, _tokenizer, _endTokens, _room, _limits) = (model, tokenizer, endTokens, room, limits);
        _session = NewSession();
        _thread = new Thread(Run) { IsBackground = true, Name = "Hone decoding" };
        _thread.Start();
    }

    /// <summary>Lets a request join as soon as there is room.</summary>
    /// <exception cref="ApiError">429: too many wait already. 400: it asks for more texts than may ever wait.</exception>
    public GenerationTicket Start(GenerationRequest request)
    {
        var ticket = new GenerationTicket(this, request);
        if (ticket.Count > _limits.MaxWaiting)
            throw ApiError.Invalid(FormattableString.Invariant($"The request asks for {ticket.Count} texts; at most {_limits.MaxWaiting} are possible at once. Send fewer prompts, or ask for fewer choices."));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            if (_waiting.Count + ticket.Count > _limits.MaxWaiting)
                throw ApiError.Overloaded("The engine is currently overloaded, please try again later.", RetryAfter, code: "engine_overloaded");
            for (int index = 0; index < ticket.Count; index++)
                _waiting.AddLast(new Seat(ticket, index, _room.Blocks(request.Prompts[index / request.Options.Choices].Length, request.Options.MaxTokens)));
            Monitor.Pulse(_lock);
        }

        return ticket;
    }

    /// <summary>Frees the places of a request.</summary>
    public void Leave(GenerationTicket ticket)
    {
        lock (_lock)
        {
            _leaving.Add(ticket);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Frees what an adapter keeps that is used no more.</summary>
    public void Forget(LoraAdapter adapter)
    {
        lock (_lock)
        {
            _forgotten.Add(adapter);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Texts that are continued, and texts that wait.</summary>
    public (int Running, int Waiting) Load
    {
        get
        {
            lock (_lock)
                return (_running, _waiting.Count);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.Pulse(_lock);
        }

        _thread.Join();
    }

    void Run()
    {
        while (Arrange())
        {
            try
            {
                foreach (TokenSequence sequence in _session.Step())
                    Deliver(sequence);
            }
            catch (Exception failure)
            {
                // A bug, or no memory: what was computed is not trusted any more, and those who come next begin anew.
                FailAll(failure);
                _session = NewSession();
            }
        }

        FailAll(new OperationCanceledException("The server stops."));
    }

    /// <summary>Lets requests leave and join; waits while there is nothing to do. Returns false when the loop must end.</summary>
    bool Arrange()
    {
        var joining = new List<Seat>();
        lock (_lock)
        {
            while (true)
            {
                if (_isStopped)
                    return false;
                foreach (GenerationTicket ticket in _leaving)
                    Remove(ticket);
                _leaving.Clear();
                foreach (LoraAdapter adapter in _forgotten)
                    _session.Forget(adapter);
                _forgotten.Clear();
                while (_waiting.First is { Value: var next } && _seats.Count + joining.Count < _limits.MaxRunning && _room.TryTake(next.Blocks))
                {
                    joining.Add(next);
                    _waiting.RemoveFirst();
                }

                _running = _seats.Count + joining.Count;
                if (_running > 0)
                    break;
                Monitor.Wait(_lock);
            }
        }

        foreach (Seat seat in joining)
            Join(seat);
        return true;
    }

    void Join(Seat seat)
    {
        GenerationRequest request = seat.Ticket.Request;
        try
        {
            seat.Sequence = _session.Add(request.Prompts[seat.Index / request.Options.Choices], request.Options, seat.Index % request.Options.Choices, request.Adapter);
            seat.Text = new GrowingText(seat.Sequence, _tokenizer);
            _seats.Add(seat.Sequence, seat);
        }
        catch (Exception problem)
        {
            // A text that cannot begin, whatever the reason, is no matter of the others.
            if (seat.Sequence is not null)
                _session.Remove(seat.Sequence);
            _room.Return(seat.Blocks);
            seat.Ticket.Fail(problem);
            Leave(seat.Ticket);
        }
    }

    void Deliver(TokenSequence sequence)
    {
        // It may have left with others of its request.
        if (!_seats.TryGetValue(sequence, out Seat? seat))
            return;
        if (sequence.Failure is { } failure)
        {
            Free(seat);
            seat.Ticket.Fail(failure);
            Leave(seat.Ticket);
            return;
        }

        GrowingText text = seat.Text!;
        string added = text.Read();
        if (text.Finish is not null)
        {
            Free(seat);
            if (sequence.Finish is null)
                _session.Remove(sequence);
        }

        seat.SentTokens = seat.Ticket.Deliver(seat.Index, text, sequence, added, seat.SentTokens);
    }

    void Remove(GenerationTicket ticket)
    {
        for (LinkedListNode<Seat>? node = _waiting.First; node is not null;)
        {
            LinkedListNode<Seat>? next = node.Next;
            if (ReferenceEquals(node.Value.Ticket, ticket))
                _waiting.Remove(node);
            node = next;
        }

        foreach (Seat seat in _seats.Values.Where(seat => ReferenceEquals(seat.Ticket, ticket)).ToArray())
        {
            _session.Remove(seat.Sequence!);
            Free(seat);
        }
    }

    void Free(Seat seat)
    {
        _seats.Remove(seat.Sequence!);
        _room.Return(seat.Blocks);
    }

    void FailAll(Exception failure)
    {
        Seat[] seats;
        lock (_lock)
        {
            seats = [.. _seats.Values, .. _isStopped ? _waiting : []];
            if (_isStopped)
                _waiting.Clear();
        }

        foreach (Seat seat in _seats.Values.ToArray())
            Free(seat);
        foreach (GenerationTicket ticket in seats.Select(seat => seat.Ticket).Distinct())
        {
            ticket.Fail(failure);
            if (!_isStopped)
                Leave(ticket);
        }
    }

    GenerationSession NewSession() => new(_model, _endTokens, _room.KeptPromptTokens);

    /// <summary>A text that is to be generated.</summary>
    sealed class Seat(GenerationTicket ticket, int index, int blocks)
    {
        public GenerationTicket Ticket => ticket;

        public int Index => index;

        public int Blocks => blocks;

        public TokenSequence? Sequence { get; set; }

        public GrowingText? Text { get; set; }

        public int SentTokens { get; set; }
    }
}
