using System.Net;
using System.Text;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>Answers of a database as its description shows them, for each method and path, and the requests that came.</summary>
/// <param name="answers">By <c>METHOD /path</c>; what is not among them is not there (404).</param>
sealed class RecordedAnswers(Dictionary<string, string> answers) : HttpMessageHandler
{
    /// <summary>Method, path with its query, and body of each request.</summary>
    public List<string> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {body}".TrimEnd());
        return answers.TryGetValue($"{request.Method} {request.RequestUri.AbsolutePath}", out string? answer)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") }
            : new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("{\"message\": \"not found\"}") };
    }
}
