using System.Text;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Server.Embeddings;
using Hone.Server.Files;
using Hone.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.VectorStores.Ingestion;

/// <summary>Takes a file into a store: its text in parts, each with its vector. May be interrupted at any instant and begun again: parts that have their vectors are not embedded twice.</summary>
sealed class FileIngestion(VectorStoreRows rows, StoreVectors vectors, StoreEmbedder embedder, FileStore files)
{
    /// <summary>Parts that go through the model together.</summary>
    const int PartsAtOnce = 64;

    public async Task RunAsync(VectorStoreFile file, CancellationToken cancel)
    {
        try
        {
            VectorStore store = rows.Get(file.Store);
            if (files.Find(file.Id, store.Organisation) is not { } stored)
                return; // It was deleted a moment ago.
            (int chunks, long bytes) = await TakeAsync(store, file, files.PathOf(stored), cancel);
            await vectors.DeleteAsync(file.Store, file.Id, chunks, cancel);
            await CompleteAsync(file, chunks, bytes, cancel);
        }
        catch (DecoderFallbackException)
        {
            Fail(file, "unsupported_file", "The file is no text in UTF-8, UTF-16 or GB18030. Only text files can be searched here: convert it to text in one of these first.");
        }
        catch (InvalidDataException problem)
        {
            Fail(file, "invalid_file", problem.Message);
        }
        catch (FileNotFoundException)
        {
            // One that was deleted a moment ago is not there to be changed.
            Fail(file, "server_error", "The content of the file is missing on the server.");
        }
        catch (ApiError problem) when (problem.Status != StatusCodes.Status429TooManyRequests) // Without room for the model now, it is tried again.
        {
            Fail(file, "server_error", problem.Message);
        }
    }

    async Task<(int Chunks, long Bytes)> TakeAsync(VectorStore store, VectorStoreFile file, string path, CancellationToken cancel)
    {
        using LoadedEmbedders.Rented rented = await embedder.RentAsync(store.Model, cancel);
        VectorModel model = embedder.VectorModelOf(store.Model);
        using StreamReader text = PlainText.Open(path);
        int chunks = 0;
        long bytes = 0;
        foreach (string[] parts in TextChunks.Read(text, rented.Model.Tokenizer, file.Chunking).Where(part => !string.IsNullOrWhiteSpace(part)).Chunk(PartsAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            if (parts.Any(part => part.Contains('\0')))
                throw new DecoderFallbackException();
            float[][] found = await vectors.FindVectorsAsync(file, chunks, parts, model, cancel) ?? await embedder.EmbedPartsAsync(rented, parts, cancel);
            if (rows.TryFindFile(file.Store, file.Id) is not { Status: VectorStoreFile.InProgress } current)
                return (chunks, bytes); // It was cancelled or taken away.
            await vectors.PutAsync(current, chunks, parts, found, model, cancel);
            chunks += parts.Length;
            bytes += parts.Sum(part => (long)Encoding.UTF8.GetByteCount(part)) + ((long)found.Length * found[0].Length * sizeof(float));
        }

        return chunks > 0 ? (chunks, bytes) : throw new InvalidDataException("The file has no text.");
    }

    /// <summary>Says that the file is there, with the attributes that it has by then.</summary>
    async Task CompleteAsync(VectorStoreFile begun, int chunks, long bytes, CancellationToken cancel)
    {
        bool hasOthers = false;
        VectorStoreFile? file = rows.ChangeFile(begun.Store, begun.Id, current =>
        {
            hasOthers = !Json.Bytes(current.Attributes).AsSpan().SequenceEqual(Json.Bytes(begun.Attributes));
            return current.Status == VectorStoreFile.InProgress && current.Version == begun.Version ? current with { Status = VectorStoreFile.Completed, Chunks = chunks, UsageBytes = bytes } : current;
        });
        if (file is null || file.Status == VectorStoreFile.Cancelled)
            await vectors.DeleteAsync(begun.Store, begun.Id, 0, cancel);
        else if (hasOthers && file.Status == VectorStoreFile.Completed)
            await vectors.SetAttributesAsync(file, cancel);
    }

    void Fail(VectorStoreFile file, string code, string message) =>
        rows.ChangeFile(file.Store, file.Id, current => current.Status == VectorStoreFile.InProgress ? current with { Status = VectorStoreFile.Failed, Problem = new FileProblem(code, message) } : current);
}
