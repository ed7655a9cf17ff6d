namespace Hone.Server.VectorStores.Indexes;

/// <summary>How a value is compared. The names are those of the interface's filters.</summary>
public enum Comparator
{
    /// <summary>Equal, in kind and value.</summary>
    Eq,

    /// <summary>The opposite of <see cref="Eq"/>: also true where there is no value.</summary>
    Ne,

    /// <summary>Greater. This and the three that follow are true of numbers alone.</summary>
    Gt,

    Gte,

    Lt,

    Lte,
}

/// <summary>What the metadata of a record must be.</summary>
public abstract record VectorFilter
{
    VectorFilter() { }

    /// <summary>Whether it is true of a record: the definition that every index keeps to.</summary>
    public abstract bool IsTrueOf(IReadOnlyDictionary<string, MetadataValue> metadata);

    /// <summary>A value compared with another. A record without the value fits <see cref="Comparator.Ne"/> alone.</summary>
    public sealed record Compare : VectorFilter
    {
        /// <exception cref="ArgumentException">An order is asked for of what is no number.</exception>
        public Compare(string key, Comparator comparator, MetadataValue value)
        {
            if (comparator is not (Comparator.Eq or Comparator.Ne) && value.Number is null)
                throw new ArgumentException("Only numbers have an order.", nameof(value));
            (Key, Comparator, Value) = (key, comparator, value);
        }

        public string Key { get; }

        public Comparator Comparator { get; }

        public MetadataValue Value { get; }

        public override bool IsTrueOf(IReadOnlyDictionary<string, MetadataValue> metadata)
        {
            bool isThere = metadata.TryGetValue(Key, out MetadataValue found);
            return Comparator switch
            {
                Comparator.Eq => isThere && found == Value,
                Comparator.Ne => !isThere || found != Value,
                Comparator.Gt => isThere && found.Number > Value.Number,
                Comparator.Gte => isThere && found.Number >= Value.Number,
                Comparator.Lt => isThere && found.Number < Value.Number,
                _ => isThere && found.Number <= Value.Number,
            };
        }
    }

    /// <summary>A value that is one of several; never true of a record without the value, and never with an empty list.</summary>
    public sealed record In(string Key, IReadOnlyList<MetadataValue> Values) : VectorFilter
    {
        public override bool IsTrueOf(IReadOnlyDictionary<string, MetadataValue> metadata) =>
            metadata.TryGetValue(Key, out MetadataValue found) && Values.Contains(found);
    }

    /// <summary>The opposite of <see cref="In"/>: also true of a record without the value.</summary>
    public sealed record NotIn(string Key, IReadOnlyList<MetadataValue> Values) : VectorFilter
    {
        public override bool IsTrueOf(IReadOnlyDictionary<string, MetadataValue> metadata) =>
            !metadata.TryGetValue(Key, out MetadataValue found) || !Values.Contains(found);
    }

    /// <summary>All of several; true where there are none.</summary>
    public sealed record And(IReadOnlyList<VectorFilter> Filters) : VectorFilter
    {
        public override bool IsTrueOf(IReadOnlyDictionary<string, MetadataValue> metadata) => Filters.All(filter => filter.IsTrueOf(metadata));
    }

    /// <summary>One or more of several; false where there are none.</summary>
    public sealed record Or(IReadOnlyList<VectorFilter> Filters) : VectorFilter
    {
        public override bool IsTrueOf(IReadOnlyDictionary<string, MetadataValue> metadata) => Filters.Any(filter => filter.IsTrueOf(metadata));
    }
}
