namespace Hone.Engine.Generation.Constraints;

/// <summary>The memory that the constraints of one vocabulary share for what they have worked out. Safe to use from several threads.</summary>
/// <param name="limit">Bytes. A constraint that grows beyond it forgets what it has; each may go over it by 16 KB, and by one state of its grammar.</param>
public sealed class ConstraintMemory(long limit)
{
    readonly Lock _lock = new();
    // Who uses a constraint keeps it alive; its memory counts for as long as it has not been collected.
    readonly List<WeakReference<TextConstraint>> _constraints = [];

    public long Limit => limit;

    /// <summary>About what all of them take together.</summary>
    public long UsedBytes
    {
        get
        {
            long bytes = 0;
            lock (_lock)
            {
                foreach (WeakReference<TextConstraint> reference in _constraints)
                    bytes += reference.TryGetTarget(out TextConstraint? constraint) ? constraint.Bytes : 0;
            }

            return bytes;
        }
    }

    internal bool IsOver => UsedBytes > limit;

    internal void Add(TextConstraint constraint)
    {
        lock (_lock)
        {
            _constraints.RemoveAll(static reference => !reference.TryGetTarget(out _));
            _constraints.Add(new WeakReference<TextConstraint>(constraint));
        }
    }
}
