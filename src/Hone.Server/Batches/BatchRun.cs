using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.Batches;

/// <summary>Works on one batch until it is finished. What was answered lies in files line by line, so that a server that was killed goes on behind the last answer.</summary>
sealed class BatchRun(string id, DataFolder data, BatchStore batches, FileStore files, InProcessRequests requests, TimeProvider clock)
{
    const int MaxRequests = 50_000;
    const int MaxErrors = 100;
    const int AtOnce = 8;
    static readonly TimeSpan CountsPeriod = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    readonly string _folder = Path.Combine(data.Batches, id);
    readonly Lock _lock = new();
    readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    BatchCounts _counts = new(0, 0, 0);
    BatchUsage _usage = new();
    DateTimeOffset _toldAt;

    string OutputPath => Path.Combine(_folder, "output.jsonl");

    string ErrorPath => Path.Combine(_folder, "errors.jsonl");

    /// <param name="stopped">The server stops: the batch goes on with the next one.</param>
    /// <param name="cancelled">The batch was cancelled.</param>
    public async Task RunAsync(CancellationToken stopped, CancellationToken cancelled)
    {
        Directory.CreateDirectory(_folder);
        using (FolderLock.Take(_folder))
            await WorkAsync(stopped, cancelled);
        Directory.Delete(_folder, recursive: true);
    }

    async Task WorkAsync(CancellationToken stopped, CancellationToken cancelled)
    {
        Batch batch = batches.Get(id);
        if (batch.Status == Batch.Validating)
            batch = Validate(batch);
        if (batch.IsFinal)
            return;
        Recall();
        if (batch.Status == Batch.InProgress)
            await AnswerAsync(batch, stopped, cancelled);
        Finish(batches.Get(id));
    }

    /// <summary>Reads all requests once; what is wrong with them fails the batch.</summary>
    Batch Validate(Batch batch)
    {
        List<BatchError> errors = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        string? model = null;
        int count = 0;
        StoredFile? input = Input(batch);
        if (input is null)
            errors.Add(new BatchError("invalid_file", "The input file was deleted.", "input_file_id", Line: null));
        else
            foreach ((BatchLine? line, BatchError? error) in BatchLines.Read(files.PathOf(input)))
            {
                count++;
                model ??= line?.Model;
                if ((error ?? Check(batch, line!, ids, model)) is { } problem && errors.Count < MaxErrors)
                    errors.Add(problem);
            }

        if (input is not null && count == 0)
            errors.Add(new BatchError("empty_file", "The input file is empty. Please ensure that the batch contains at least one request.", Param: null, Line: null));
        if (count > MaxRequests)
            errors.Insert(0, new BatchError("too_many_tasks", $"The batch has {count} requests; at most {MaxRequests} are possible.", Param: null, Line: null));
        DateTimeOffset now = clock.GetUtcNow();
        return batches.Change(id, current =>
            current.Status != Batch.Validating ? current
            : errors.Count > 0 ? current with { Status = Batch.Failed, FailedAt = now, Errors = errors }
            : current with { Status = Batch.InProgress, InProgressAt = now, Model = model, Counts = new BatchCounts(count, 0, 0) });
    }

    static BatchError? Check(Batch batch, BatchLine line, HashSet<string> ids, string? model) =>
        !ids.Add(line.CustomId) ? new BatchError("duplicate_custom_id", $"The custom_id '{JsonFields.Shown(line.CustomId)}' for this request is a duplicate of another request. The custom_id parameter must be unique for each request in a batch.", "custom_id", line.Line)
        : line.Method != "POST" ? new BatchError("invalid_method", "The method of a request must be POST.", "method", line.Line)
        : line.Url != batch.Endpoint ? new BatchError("url_mismatch", $"The URL provided for this request does not match the batch endpoint '{batch.Endpoint}'.", "url", line.Line)
        : line.Model != model ? new BatchError("model_mismatch", $"The provided model '{JsonFields.Shown(line.Model ?? "")}' does not match the model '{JsonFields.Shown(model ?? "")}' of the requests before it: a batch has one model.", "body.model", line.Line)
        : line.Body.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True ? new BatchError("invalid_request", "A request of a batch cannot be streamed.", "body.stream", line.Line)
        : null;

    /// <summary>Counts the answers that are there, and forgets half a line at the end: the process that wrote it was killed.</summary>
    void Recall()
    {
        foreach (string path in new[] { OutputPath, ErrorPath })
        {
            using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            using StreamReader reader = new(file);
            long whole = 0;
            while (reader.ReadLine() is { } line)
            {
                long end = whole + System.Text.Encoding.UTF8.GetByteCount(line) + 1;
                if (end > file.Length || Parse(line) is not { } answer)
                    break;
                whole = end;
                _answered.Add(answer["custom_id"]!.GetValue<string>());
                if (answer["response"] is { } response)
                    Count(path == OutputPath, JsonSerializer.SerializeToElement(response["body"]));
            }

            file.SetLength(whole);
        }
    }

    static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    async Task AnswerAsync(Batch batch, CancellationToken stopped, CancellationToken cancelled)
    {
        using CancellationTokenSource expired = new(batch.ExpiresAt > clock.GetUtcNow() ? batch.ExpiresAt - clock.GetUtcNow() : TimeSpan.Zero, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopped, cancelled, expired.Token);
        await using FileStream output = Append(OutputPath);
        await using FileStream errors = Append(ErrorPath);
        Caller caller = new(batch.Organisation, batch.Project, RoleNames.Parse(batch.Role), batch.Key);
        try
        {
            await Parallel.ForEachAsync(Unanswered(batch), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = end.Token }, async (line, cancel) =>
            {
                InProcessRequests.Answer answer = await AskAsync(batch.Endpoint, line, caller, cancel);
                bool isAnswered = answer.Status is >= 200 and < 300;
                Write(isAnswered ? output : errors, new Result(Ids.NewHex("batch_req_"), line.CustomId, new Response(answer.Status, answer.RequestId, answer.Body), Error: null));
                Tell(isAnswered, answer.Body);
            });
        }
        catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
        {
            LeaveUnanswered(batch, errors, cancelled.IsCancellationRequested);
        }
    }

    /// <summary>Asks again for as long as the server has too much to do.</summary>
    async Task<InProcessRequests.Answer> AskAsync(string endpoint, BatchLine line, Caller caller, CancellationToken cancel)
    {
        while (true)
        {
            InProcessRequests.Answer answer = await requests.PostAsync(endpoint, line.Body, caller, cancel);
            if (answer.RetryAfter is not { } wait)
                return answer;
            await Task.Delay(wait < LongestWait ? wait : LongestWait, clock, cancel);
        }
    }

    void LeaveUnanswered(Batch batch, FileStream errors, bool isCancelled)
    {
        Reason reason = isCancelled
            ? new Reason("batch_cancelled", "This request was not executed: the batch was cancelled.")
            : new Reason("batch_expired", "This request could not be executed before the completion window expired.");
        foreach (BatchLine line in Unanswered(batch))
            Write(errors, new Result(Ids.NewHex("batch_req_"), line.CustomId, Response: null, reason));
    }

    /// <summary>The requests that have no answer yet.</summary>
    IEnumerable<BatchLine> Unanswered(Batch batch) =>
        Input(batch) is { } input ? BatchLines.Read(files.PathOf(input)).Select(read => read.Line).OfType<BatchLine>().Where(line => !IsAnswered(line)) : [];

    // A file whose time is over meanwhile stays as long as a batch reads it.
    StoredFile? Input(Batch batch) => files.Find(batch.InputFile, batch.Organisation, isExpiredToo: true);

    bool IsAnswered(BatchLine line)
    {
        lock (_lock)
            return _answered.Contains(line.CustomId);
    }

    /// <summary>Makes files of the answers, and says how it ended: each in the transaction that makes its file.</summary>
    void Finish(Batch batch)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (batch.Status == Batch.InProgress)
            batch = batches.Change(id, current => current.Status != Batch.InProgress ? current : current with { Status = Batch.Finalizing, FinalizingAt = now });
        if (batch.OutputFile is null && new FileInfo(OutputPath) is { Exists: true, Length: > 0 })
            Keep(batch, OutputPath, "output", (current, file) => current with { OutputFile = file.Id });
        if (batch.ErrorFile is null && new FileInfo(ErrorPath) is { Exists: true, Length: > 0 })
            Keep(batch, ErrorPath, "error", (current, file) => current with { ErrorFile = file.Id });
        batches.Change(id, current =>
        {
            Batch counted = current with { Counts = _counts with { Total = current.Counts.Total }, Usage = _usage };
            return current.Status == Batch.Cancelling ? counted with { Status = Batch.Cancelled, CancelledAt = now }
                : _counts.Completed + _counts.Failed < current.Counts.Total ? counted with { Status = Batch.Expired, ExpiredAt = now }
                : counted with { Status = Batch.Completed, CompletedAt = now };
        });
    }

    void Keep(Batch batch, string path, string name, Func<Batch, StoredFile, Batch> change)
    {
        string pending = files.NewPendingPath();
        Engine.Checkpoints.AtomicFile.Copy(path, pending);
        TimeSpan? lifetime = batch.OutputSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        files.Keep(pending, batch.Organisation, batch.Project, FilePurposes.BatchOutput, $"{batch.Id}_{name}.jsonl", lifetime, problem: null,
            (session, file) => BatchStore.Change(session, id, current => change(current, file)));
    }

    void Write(FileStream file, Result result)
    {
        byte[] line = [.. Json.Bytes(result), (byte)'\n'];
        lock (_lock)
        {
            file.Write(line);
            file.Flush();
            _answered.Add(result.CustomId);
        }
    }

    /// <summary>Counts an answer, and shows the counts about once a second.</summary>
    void Tell(bool isAnswered, JsonElement body)
    {
        lock (_lock)
        {
            Count(isAnswered, body);
            DateTimeOffset now = clock.GetUtcNow();
            if (now - _toldAt < CountsPeriod)
                return;
            _toldAt = now;
        }

        batches.Change(id, current => current with { Counts = _counts with { Total = current.Counts.Total }, Usage = _usage });
    }

    void Count(bool isAnswered, JsonElement body)
    {
        _counts = isAnswered ? _counts with { Completed = _counts.Completed + 1 } : _counts with { Failed = _counts.Failed + 1 };
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("usage", out JsonElement usage) || usage.ValueKind != JsonValueKind.Object)
            return;
        long cached = usage.TryGetProperty("prompt_tokens_details", out JsonElement details) ? Number(details, "cached_tokens") : 0;
        _usage = _usage with
        {
            InputTokens = _usage.InputTokens + Number(usage, "prompt_tokens"),
            InputTokensDetails = new BatchUsage.CachedTokens(_usage.InputTokensDetails.Count + cached),
            OutputTokens = _usage.OutputTokens + Number(usage, "completion_tokens"),
            TotalTokens = _usage.TotalTokens + Number(usage, "total_tokens"),
        };
    }

    static long Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.TryGetInt64(out long number) ? number : 0;

    static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read);

    sealed record Response(int StatusCode, string RequestId, JsonElement Body);

    sealed record Reason(string Code, string Message);

    sealed record Result(string Id, string CustomId, Response? Response, Reason? Error);
}
