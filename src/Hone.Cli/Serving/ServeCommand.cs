using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.Http;
using Hone.Server.Jobs;

namespace Hone.Cli.Serving;

/// <summary><c>hone serve</c>: the HTTP interface, until Ctrl-C.</summary>
static class ServeCommand
{
    static Option<string> Urls() => new("--urls")
    {
        Description = Text.Of($"Where to listen, several separated by ';' (default {ServerOptions.DefaultUrl}; port 0 takes a free one)", $"监听地址，多个用“;”分隔（默认 {ServerOptions.DefaultUrl}；端口 0 表示任选空闲端口）"),
        HelpName = "URLS",
    };

    static Option<string> ApiKey() => new("--api-key")
    {
        Description = Text.Of($"A key that owns the organisation \"local\" (else {ServerOptions.ApiKeyVariable})", $"拥有组织“local”的密钥（否则用 {ServerOptions.ApiKeyVariable}）"),
        HelpName = "KEY",
    };

    static Option<string> Config() => new("--config")
    {
        Description = Text.Of("The settings (default: settings.json in the data folder)", "设置文件（默认：数据文件夹中的 settings.json）"),
        HelpName = "FILE",
    };

    public static Command Create()
    {
        Option<string> urls = Urls();
        Option<string> apiKey = ApiKey();
        Option<string> config = Config();
        Option<int?> atOnce = AtOnceOption.Create();
        return new Command("serve", Text.Of("Serve the OpenAI interface over HTTP", "通过 HTTP 提供 OpenAI 接口")) { urls, apiKey, config, atOnce, DataFolderOption.Create() }
            .Does((parse, output, cancel) => RunAsync(WithJobs(OptionsOf(parse, urls, apiKey, config), parse.GetValue(atOnce)), output, cancel).GetAwaiter().GetResult());
    }

    static ServerOptions OptionsOf(ParseResult parse, Option<string> urls, Option<string> apiKey, Option<string> config) =>
        new(DataFolderOption.Of(parse))
        {
            Urls = UrlsOf(parse.GetValue(urls) ?? ServerOptions.DefaultUrl),
            ApiKey = parse.GetValue(apiKey) ?? (Environment.GetEnvironmentVariable(ServerOptions.ApiKeyVariable) is { Length: > 0 } key ? key : null),
            Config = parse.GetValue(config),
        };

    // Without an address the web server would choose one of its own.
    static string[] UrlsOf(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } urls
            ? urls
            : throw new HoneException(Text.Of($"--urls names no address. Give one such as {ServerOptions.DefaultUrl}, or leave it out.", $"--urls 没有给出地址。请给出形如 {ServerOptions.DefaultUrl} 的地址，或省略该选项。"));

    static ServerOptions WithJobs(ServerOptions options, int? atOnce) =>
        options with { JobsAtOnce = atOnce, Launcher = new ProcessLauncher(ProcessLauncher.ThisProgram, options.Data) };

    static async Task RunAsync(ServerOptions options, Output output, CancellationToken cancel)
    {
        await using HoneServer server = HoneServer.Build(options);
        await server.StartAsync(cancel);
        foreach (Uri url in server.Urls)
        {
            output.Line(Text.Of($"Listening on {url}v1 (data: {options.Data.Root}). Press Ctrl-C to stop.", $"正在监听 {url}v1（数据：{options.Data.Root}）。按 Ctrl-C 停止。"));
            output.Json(new JsonObject { ["listening"] = $"{url}v1", ["data"] = options.Data.Root });
        }

        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        await server.StopAsync(CancellationToken.None);
    }
}
