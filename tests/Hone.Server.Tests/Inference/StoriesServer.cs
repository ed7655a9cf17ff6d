using Hone.Engine.ChatTemplates;
using Hone.Server.Tests.Http;
using Xunit;

namespace Hone.Server.Tests.Inference;

/// <summary>A server whose built-in model, stories260k, writes simple English; the name gpt-4o-mini stands for it.</summary>
public sealed class StoriesServer : IAsyncLifetime
{
    public const string Model = "stories260k";

    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <param name="inference">The section "inference" of the settings.</param>
    internal static Task<TestServer> StartAsync(string inference = "{}") =>
        TestServer.StartAsync(options =>
        {
            Directory.CreateDirectory(options.Data.Root);
            File.WriteAllText(options.Data.Settings, $$"""{"aliases": {"gpt-4o-mini": "{{Model}}", "gpt-3.5-turbo-instruct": "{{Model}}"}, "inference": {{inference}}}""");
            return options with { BuiltInModels = ModelsFolder };
        });

    /// <summary>How many tokens a user's message becomes, with what the template puts around it.</summary>
    internal static int PromptTokens(string message) => ChatEncoder.Load(Path.Combine(ModelsFolder, Model)).EncodePrompt(new Conversation([new ChatMessage("user", message)])).Length;

    /// <summary>The repository's folder of test models.</summary>
    internal static string ModelsFolder
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder!, "Hone.slnx")))
                folder = Path.GetDirectoryName(folder);
            return Path.Combine(folder!, "tests", "models");
        }
    }
}
