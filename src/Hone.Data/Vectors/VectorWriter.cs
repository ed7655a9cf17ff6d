using System.Text.Json;
using Hone.Engine;

namespace Hone.Data.Vectors;

/// <summary>Writes vectors, with what stands beside them where the format can hold it, to a file that appears when it is complete.</summary>
public abstract class VectorWriter : IDisposable
{
    /// <summary>What the vectors' column or member is called.</summary>
    public const string Column = "embedding";

    /// <summary>What the column is called that says the model of the vectors.</summary>
    public static readonly string ModelColumn = VectorModel.ColumnOf(Column);

    /// <summary>The endings of file names that are known, such as <c>.npy</c>.</summary>
    public static IReadOnlyList<string> Extensions => [.. VectorFormat.All.Select(format => format.Extension)];

    /// <summary>Whether the file holds the fields too, and not the vectors alone.</summary>
    public abstract bool HoldsFields { get; }

    /// <summary>The rows written so far.</summary>
    public abstract long Count { get; }

    /// <summary>Begins a file in the format that the ending of its name says.</summary>
    /// <param name="columns">What the fields of the rows are called; a row may lack some.</param>
    /// <param name="dimensions">The length of every vector.</param>
    /// <param name="model">Whose vectors they are, which the file says too; null where that is not known.</param>
    /// <exception cref="HoneException">The ending says no format, or the file cannot be written.</exception>
    public static VectorWriter Create(string path, IReadOnlyList<string> columns, int dimensions, VectorModel? model = null) => VectorFormat.Of(path).Create(path, columns, dimensions, model);

    /// <summary>Refuses a name whose ending says no format.</summary>
    public static void RequireFormat(string path) => VectorFormat.Of(path);

    /// <param name="fields">An object; fields that are called like the columns of the vectors and of their model are replaced.</param>
    /// <exception cref="HoneException">The disk does not take it.</exception>
    public abstract void Write(JsonElement fields, ReadOnlySpan<float> vector);

    /// <summary>Makes the file appear, in place of one that is there; without it nothing of the file stays.</summary>
    public abstract void Keep();

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a column is one of those that every file of vectors has anew.</summary>
    public static bool IsOwn(string column) => column == Column || column == ModelColumn;

    private protected abstract void Close();
}
