using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench serve</c>: chat requests per second and their latencies over HTTP, and how much of a request's time is not the model's.</summary>
static class ServeBench
{
    static readonly ChatMessage Question = new("user", "Once upon a time");

    public static Command Create()
    {
        Argument<string> folder = new("MODEL") { Description = Text.Of("A model's folder; a small one, so that HTTP can be seen", "模型文件夹；小模型才能看出 HTTP 的开销") };
        Option<int> tokens = PositiveOption.Create("--tokens", Text.Of("Tokens of an answer", "每个回答的词元数"), 16);
        Option<int> seconds = PositiveOption.Create("--seconds", Text.Of("How long each number of clients is measured", "每种客户端数目测量的秒数"), 5);
        return new Command("serve", Text.Of("Time chat requests over HTTP with 1, 8 and 64 clients", "以 1、8、64 个客户端测量 HTTP 对话请求")) { folder, tokens, seconds }
            .Does((parse, output, cancel) => RunAsync(Path.GetFullPath(parse.GetRequiredValue(folder)), parse.GetValue(tokens), parse.GetValue(seconds), output, cancel).GetAwaiter().GetResult());
    }

    static async Task RunAsync(string folder, int tokens, int seconds, Output output, CancellationToken cancel)
    {
        string data = Directory.CreateTempSubdirectory("hone-bench-").FullName;
        try
        {
            var options = new ServerOptions(new DataFolder(data)) { Urls = ["http://127.0.0.1:0"], BuiltInModels = Path.GetDirectoryName(folder), StopTimeout = TimeSpan.FromSeconds(1) };
            await File.WriteAllTextAsync(options.Data.Settings, """{"limits": {"requests_per_minute": 1000000000, "tokens_per_minute": 1000000000000}}""", cancel);
            await using HoneServer server = HoneServer.Build(options);
            await server.StartAsync(cancel);
            using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(server.Urls[0], "v1/") };
            string request = new JsonObject
            {
                ["model"] = Path.GetFileName(folder),
                ["messages"] = new JsonArray(new JsonObject { ["role"] = Question.Role, ["content"] = Question.Content }),
                ["max_tokens"] = tokens,
                ["temperature"] = 0,
            }.ToJsonString();

            await MeasureAsync(client, request, clients: 8, TimeSpan.FromSeconds(2), cancel); // warm-up
            foreach (int clients in (int[])[1, 8, 64])
                Report(clients, seconds, tokens, await MeasureAsync(client, request, clients, TimeSpan.FromSeconds(seconds), cancel), output);
            await ReportOverheadAsync(client, request, folder, tokens, output, cancel);
            await server.StopAsync(cancel);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Milliseconds of every request, in ascending order.</summary>
    static async Task<double[]> MeasureAsync(HttpClient client, string request, int clients, TimeSpan time, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        double[][] each = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var latencies = new List<double>();
            do
                latencies.Add(await SendAsync(client, request, cancel));
            while (Stopwatch.GetElapsedTime(start) < time);
            return latencies.ToArray();
        })));
        double[] all = [.. each.SelectMany(latencies => latencies)];
        Array.Sort(all);
        return all;
    }

    static async Task<double> SendAsync(HttpClient client, string request, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        using var content = new StringContent(request, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync("chat/completions", content, cancel);
        string body = await response.Content.ReadAsStringAsync(cancel);
        return response.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new HoneException(body);
    }

    /// <summary>The same answers from the server and from the engine alone, in turns, so that both see the same machine.</summary>
    static async Task ReportOverheadAsync(HttpClient client, string request, string folder, int tokens, Output output, CancellationToken cancel)
    {
        const int Rounds = 8, Block = 50;
        using var model = ModelFolder.Open(folder);
        var encoder = ChatEncoder.Load(folder);
        var generator = new TextGenerator(model.Load(), encoder.Tokenizer, encoder.EndIds);
        SamplingOptions greedy = SamplingOptions.Greedy with { MaxTokens = tokens };
        var served = new List<double>();
        var direct = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            // Blocks: a thread that was idle for the time of an answer takes longer to begin.
            for (int i = 0; i < Block; i++)
                served.Add(await SendAsync(client, request, cancel));
            for (int i = 0; i < Block; i++)
            {
                long start = Stopwatch.GetTimestamp();
                generator.Generate(encoder.EncodePrompt(new Conversation([Question])), greedy, cancel: cancel);
                direct.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        double whole = Percentile([.. served.Order()], 50), engine = Percentile([.. direct.Order()], 50);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"one request: {whole:F3} ms over HTTP, {engine:F3} ms in the engine alone: {whole - engine:F3} ms are HTTP's (medians of {Rounds * Block})"));
        output.Json(new JsonObject { ["request_milliseconds"] = Math.Round(whole, 3), ["engine_milliseconds"] = Math.Round(engine, 3), ["overhead_milliseconds"] = Math.Round(whole - engine, 3) });
    }

    static void Report(int clients, int seconds, int tokens, double[] latencies, Output output)
    {
        double rate = latencies.Length / (double)seconds;
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{clients,3} clients: {rate:F1} requests/s ({rate * tokens:F0} tokens/s), latency p50 {Percentile(latencies, 50):F2} ms, p95 {Percentile(latencies, 95):F2}, p99 {Percentile(latencies, 99):F2}"));
        output.Json(new JsonObject
        {
            ["clients"] = clients,
            ["requests_per_second"] = Math.Round(rate, 2),
            ["p50_milliseconds"] = Math.Round(Percentile(latencies, 50), 3),
            ["p95_milliseconds"] = Math.Round(Percentile(latencies, 95), 3),
            ["p99_milliseconds"] = Math.Round(Percentile(latencies, 99), 3),
        });
    }

    static double Percentile(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
