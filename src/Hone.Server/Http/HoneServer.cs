using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Limits;
using Hone.Server.Metrics;
using Hone.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hone.Server.Http;

/// <summary>The HTTP interface of a data folder, from <see cref="StartAsync"/> until it is stopped or disposed.</summary>
public sealed class HoneServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Database _database;
    readonly StrongBox<bool> _hasStarted;

    HoneServer(WebApplication app, Database database, StrongBox<bool> hasStarted) => (_app, _database, _hasStarted) = (app, database, hasStarted);

    /// <summary>What the endpoints work with.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens, with the ports that were chosen; known once it has started.</summary>
    public IReadOnlyList<Uri> Urls => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];

    /// <summary>A server that is ready to start.</summary>
    public static HoneServer Build(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerSettings settings = ServerSettings.Read(options.SettingsFile, isRequired: options.Config is not null);
        Database database = Database.Open(options.Data);
        ApiKeys keys = new(database, options.Clock);
        if (options.ApiKey is not null)
            keys.Configure(options.ApiKey);
        RequireKeysBeyondLoopback(options, keys);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "hone", ContentRootPath = AppContext.BaseDirectory });
        StrongBox<bool> hasStarted = new();
        builder.Logging.AddSimpleConsole(console => console.ColorBehavior = LoggerColorBehavior.Disabled).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical) // It would log once more what ErrorResponses has logged.
            .AddFilter("Microsoft.Extensions.Hosting", level => hasStarted.Value && level >= LogLevel.Warning); // It would log once more why the server cannot start, which StartAsync throws.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit.DefaultBytes + BodyLimit.Surplus;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<JsonOptions>(json => Json.Configure(json.SerializerOptions));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTimeout);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        Http.Services.Add(builder.Services, options, settings, database, keys);

        WebApplication app = builder.Build();
        app.Services.GetRequiredService<MetricsRecorder>(); // It counts from the first request on.
        app.UseMiddleware<ResponseHeaders>();
        app.UseMiddleware<ErrorResponses>();
        app.UseRouting();
        app.UseMiddleware<Authentication>();
        app.UseMiddleware<RateLimitHeaders>();
        app.UseMiddleware<BodyLimits>();
        foreach (Action<Microsoft.AspNetCore.Routing.IEndpointRouteBuilder> map in Routes.All)
            map(app);
        return new HoneServer(app, database, hasStarted);
    }

    /// <summary>Listens from here on.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        try
        {
            await StartOrStopAsync(cancel);
            _hasStarted.Value = true;
        }
        catch (Exception error) when (error is IOException or SocketException or FormatException or InvalidOperationException)
        {
            throw new HoneException(Text.Of($"The server cannot listen: {error.Message} Choose another address with --urls.", $"服务器无法监听：{error.Message} 请用 --urls 选择其他地址。"), error);
        }
    }

    async Task StartOrStopAsync(CancellationToken cancel)
    {
        try
        {
            await _app.StartAsync(cancel);
        }
        catch
        {
            // What works on jobs and batches has begun before it was clear whether the server can listen.
            await _app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Takes no new requests, lets those in progress end, and cancels what is left after <see cref="ServerOptions.StopTimeout"/>.</summary>
    public Task StopAsync(CancellationToken cancel = default) => _app.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _database.CloseIdle();
    }

    static void RequireKeysBeyondLoopback(ServerOptions options, ApiKeys keys)
    {
        if (options.Urls.FirstOrDefault(url => !IsLoopback(url)) is { } open && !keys.Exist())
            throw new HoneException(Text.Of(
                $"{open} can be reached from other machines, and there is no key yet. Make one with 'hone keys create', give --api-key, or listen on 127.0.0.1.",
                $"其他机器可以访问 {open}，但还没有任何密钥。请用 'hone keys create' 创建密钥，或指定 --api-key，或只监听 127.0.0.1。"));
    }

    static bool IsLoopback(string url)
    {
        // "*" and "+" stand for every address of the machine.
        if (!Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            throw new HoneException(Text.Of(
                $"{url} is no address to listen on. Give --urls such as {ServerOptions.DefaultUrl}.",
                $"{url} 不是可监听的地址。--urls 应形如 {ServerOptions.DefaultUrl}。"));
        return uri.IsLoopback || (IPAddress.TryParse(uri.DnsSafeHost, out IPAddress? address) && IPAddress.IsLoopback(address));
    }

    /// <summary>Leaves signals to whoever started the server.</summary>
    sealed class CallerLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
