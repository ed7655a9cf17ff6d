namespace Hone.Server.Limits;

/// <summary>An amount per minute that fills up evenly: unused, it never exceeds one minute's worth.</summary>
sealed class Bucket(long perMinute, DateTimeOffset now)
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    double _left = perMinute;
    DateTimeOffset _at = now;

    public long PerMinute => perMinute;

    /// <summary>Takes an amount if it is there.</summary>
    /// <returns>Null when it was taken, else after how long it will be there.</returns>
    public TimeSpan? Take(long amount, DateTimeOffset now)
    {
        lock (_lock)
        {
            Fill(now);
            // More than a whole minute's worth is given when the bucket is full: it would never be there otherwise.
            double missing = Math.Min(amount, perMinute) - _left;
            if (missing > 0)
                return missing / perMinute * Minute;
            _left -= amount;
            return null;
        }
    }

    /// <summary>Takes what turned out to be needed beyond what was taken before, or gives back what was not; what is missing then fills up first.</summary>
    public void Settle(long amount, DateTimeOffset now)
    {
        lock (_lock)
        {
            Fill(now);
            _left = Math.Min(perMinute, _left - amount);
        }
    }

    /// <summary>What is there now, and after how long it is full.</summary>
    public (long Left, TimeSpan UntilFull) Look(DateTimeOffset now)
    {
        lock (_lock)
        {
            Fill(now);
            return ((long)Math.Max(0, _left), (perMinute - _left) / perMinute * Minute);
        }
    }

    void Fill(DateTimeOffset now)
    {
        // A clock that is set back fills nothing.
        double passed = Math.Max(0, (now - _at) / Minute);
        (_left, _at) = (Math.Min(perMinute, _left + (passed * perMinute)), now);
    }
}
