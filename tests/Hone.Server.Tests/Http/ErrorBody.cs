using System.Text.Encodings.Web;
using System.Text.Json;
using Shouldly;

namespace Hone.Server.Tests.Http;

/// <summary>The error object of the interface, to the letter.</summary>
static class ErrorBody
{
    const string InvalidRequest = "invalid_request_error";

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string message, string? param = null, string? code = null, string type = InvalidRequest) => JsonSerializer.Serialize(new { error = new { message, type, param, code } }, Relaxed);

    /// <summary>With <c>detail</c> beside the error, as for files.</summary>
    public static string DetailedOf(string message, string? param = null, string? code = null) =>
        JsonSerializer.Serialize(new { error = new { message, type = InvalidRequest, param, code }, detail = new { message, code } }, Relaxed);

    /// <summary>An answer is this error and nothing else.</summary>
    public static async Task ShouldBeErrorAsync(this HttpResponseMessage response, int status, string body)
    {
        (await response.Content.ReadAsStringAsync()).ShouldBe(body);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }
}
