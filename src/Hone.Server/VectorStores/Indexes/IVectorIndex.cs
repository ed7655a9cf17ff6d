using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes;

/// <summary>A place for collections of vectors: the one inside Hone, or a vector database elsewhere. For several threads at once.</summary>
/// <remarks>
/// Every problem that a user can solve, an unreachable database among them, is a <see cref="HoneException"/>, and then nothing was half done that a repetition would not mend.
/// What a method acknowledged is there for the calls that follow, also those of another process.
/// Names, ids and metadata are any Unicode text that is not empty: an index whose database allows less keeps the originals beside what it allows.
/// </remarks>
public interface IVectorIndex : IAsyncDisposable
{
    /// <summary>Whether collections can be compared in this way.</summary>
    bool Supports(VectorMetric metric);

    /// <summary>Makes an empty collection.</summary>
    /// <exception cref="HoneException">There is one of that name, or its metric is not supported.</exception>
    Task CreateAsync(VectorCollection collection, CancellationToken cancel);

    /// <summary>The collection of a name; null when there is none.</summary>
    /// <exception cref="HoneException">There is one that others made in a way that Hone does not read: the message says what is in the way.</exception>
    Task<VectorCollection?> FindAsync(string name, CancellationToken cancel);

    /// <summary>The collections that can be read, in any order.</summary>
    Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel);

    /// <summary>Deletes a collection and all of its records.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> DropAsync(string name, CancellationToken cancel);

    /// <summary>Puts records in; one with the id of another replaces it. Of two with one id the later counts.</summary>
    /// <param name="records">Any number: an index sends them in parts if its database takes no more at once.</param>
    /// <exception cref="HoneException">The collection does not exist, or a record does not fit it: then none was put in.</exception>
    Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel);

    /// <summary>The nearest records, the nearest first: at most as many as asked for, and fewer only when no more fit the filter.</summary>
    /// <exception cref="HoneException">The collection does not exist, or the vector does not fit it.</exception>
    Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel);

    /// <summary>The records of ids, in their order; ids without a record are left out.</summary>
    Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel);

    /// <summary>All records, each once, in any order. Records that are written meanwhile may be among them or not.</summary>
    IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, CancellationToken cancel);

    /// <summary>Deletes the records of ids; ids without a record do not matter.</summary>
    Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel);

    /// <summary>How many records there are.</summary>
    Task<long> CountAsync(VectorCollection collection, CancellationToken cancel);
}
