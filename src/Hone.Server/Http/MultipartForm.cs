using System.Text;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hone.Server.Http;

/// <summary>A form of short texts and one file, which goes to the disk as it arrives. Names may be quoted or not; <c>filename*</c> goes before <c>filename</c>.</summary>
/// <param name="Filename">Of the file, as it was sent.</param>
sealed record MultipartForm(IReadOnlyDictionary<string, string> Texts, string Filename, FormShape Shape)
{
    const int MaxBoundary = 200, MaxHeaders = 16, MaxHeaderBytes = 16 << 10, MaxTexts = 32, MaxTextBytes = 16 << 10;

    /// <summary>Reads the whole body, by the shape that the endpoint gives it.</summary>
    /// <param name="path">Where its content goes: a new file, on the disk when this returns.</param>
    public static async Task<MultipartForm> ReadAsync(HttpRequest request, string path, CancellationToken cancel)
    {
        FormShape shape = request.HttpContext.ShapeOf<FormShape>();
        MultipartReader reader = new(Boundary(request), request.Body) { HeadersCountLimit = MaxHeaders, HeadersLengthLimit = MaxHeaderBytes };
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        string? filename = null;
        try
        {
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) || !disposition.Name.HasValue)
                    throw Broken("a part has no Content-Disposition with a name");
                string name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (name == shape.File && filename is null)
                {
                    filename = FilenameOf(disposition);
                    await SaveAsync(section.Body, path, cancel);
                }
                else if (texts.Count == MaxTexts || !texts.TryAdd(name, await TextOf(section.Body, name, cancel)))
                    throw Broken($"there are too many parts, or two called '{JsonFields.Shown(name)}'");
            }
        }
        catch (InvalidDataException error)
        {
            throw Broken(error.Message.TrimEnd('.'));
        }
        catch (IOException error) when (error.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal))
        {
            throw Broken("it ends in the middle of a part");
        }

        if (texts.Keys.FirstOrDefault(name => shape.Texts.All(field => field.Name != name)) is { } other)
            throw ApiError.Invalid($"Unrecognized request argument supplied: {JsonFields.Shown(other)}", JsonFields.Shown(other), "unknown_parameter");
        return new MultipartForm(texts, filename ?? throw Missing(shape.File), shape);
    }

    /// <summary>A text that must be there, and one of those that are possible.</summary>
    public string RequiredChoice(string name)
    {
        var rule = (TextShape)Shape.Texts.Single(field => field.Name == name).Shape;
        return JsonFields.OneOf(name, Texts.TryGetValue(name, out string? text) ? text : throw Missing(name), [.. rule.Choices]);
    }

    static string Boundary(HttpRequest request)
    {
        bool isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        string boundary = isForm ? HeaderUtilities.RemoveQuotes(type!.Boundary).ToString() : "";
        return boundary.Length is > 0 and <= MaxBoundary ? boundary : throw Broken("the Content-Type must be multipart/form-data with a boundary");
    }

    static string FilenameOf(ContentDispositionHeaderValue disposition) =>
        (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).ToString();

    static async Task SaveAsync(Stream part, string path, CancellationToken cancel)
    {
        await using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.Asynchronous);
        await part.CopyToAsync(file, 1 << 16, cancel);
        file.Flush(flushToDisk: true);
    }

    static async Task<string> TextOf(Stream part, string name, CancellationToken cancel)
    {
        byte[] bytes = new byte[MaxTextBytes + 1];
        int read = await part.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return read <= MaxTextBytes ? Encoding.UTF8.GetString(bytes, 0, read) : throw Broken($"the part '{JsonFields.Shown(name)}' is longer than {MaxTextBytes} bytes");
    }

    static ApiError Missing(string name) => ApiError.Invalid($"Missing required parameter: '{name}'.", name, "missing_required_parameter");

    static ApiError Broken(string reason) => ApiError.Invalid($"We could not parse the multipart form of your request: {reason}.");
}
