using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>
/// What a run may cost. Before a question is sent, the most that it can cost is set aside, so that the limit is kept to, however many questions are under way.
/// </summary>
public sealed class SpendingLimit(TokensSpent spentBefore)
{
    readonly Lock _lock = new();
    TokensSpent _spent = spentBefore;
    TokensSpent _reserved;
    TaskCompletionSource _changed = new();

    /// <summary>The most tokens in all, earlier runs included; null for any number.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>The most money in all, earlier runs included; null for any sum. Needs a <see cref="Price"/>.</summary>
    public decimal? MaxCost { get; init; }

    public TokenPrice? Price { get; init; }

    /// <summary>Waits until the most that a question can cost is free.</summary>
    /// <exception cref="HoneException">It will not be, and nothing is under way.</exception>
    public async Task ReserveAsync(TokensSpent most, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (IsWithin(_spent + _reserved + most))
                {
                    _reserved += most;
                    return;
                }
                if (_reserved.Total == 0)
                    throw Reached(most);
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>Gives back what was set aside and books what it really cost.</summary>
    public void Settle(TokensSpent most, TokensSpent spent)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _reserved -= most;
            _spent += spent;
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }

    bool IsWithin(TokensSpent tokens) => (MaxTokens is not { } most || tokens.Total <= most) && (MaxCost is not { } cost || Price is not { } price || price.Of(tokens) <= cost);

    HoneException Reached(TokensSpent next)
    {
        if (MaxTokens is { } most && (_spent + next).Total > most)
            return new HoneException(Text.Of(
                FormattableString.Invariant($"{_spent.Total:N0} of at most {most:N0} tokens are spent, and the next question could need {next.Total:N0}."),
                FormattableString.Invariant($"已用 {_spent.Total:N0} 个词元，上限 {most:N0}，而下一个问题最多需要 {next.Total:N0} 个。")));
        return new HoneException(Text.Of(
            FormattableString.Invariant($"{Price!.Value.Of(_spent):0.####} of at most {MaxCost:0.####} is spent, and the next question could cost {Price.Value.Of(next):0.####}."),
            FormattableString.Invariant($"已花费 {Price!.Value.Of(_spent):0.####}，上限 {MaxCost:0.####}，而下一个问题最多花费 {Price.Value.Of(next):0.####}。")));
    }
}
