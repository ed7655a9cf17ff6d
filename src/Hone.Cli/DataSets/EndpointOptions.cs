using System.CommandLine;
using System.CommandLine.Parsing;
using Hone.Data.Endpoints;

namespace Hone.Cli.DataSets;

/// <summary>What commands that ask a chat model are told about it: where it is, its key, how much at once, and what it may cost.</summary>
sealed class EndpointOptions(bool isRequired)
{
    /// <summary>The key is read from here where none is given.</summary>
    const string KeyVariable = "HONE_ENDPOINT_KEY";

    /// <summary>Read for OpenAI's own address alone, so that its key goes nowhere else.</summary>
    const string OpenAiKeyVariable = "OPENAI_API_KEY";

    const string OpenAiHost = "api.openai.com";

    readonly Option<string?> _endpoint = new("--endpoint")
    {
        Description = Text.Of("Address of any OpenAI-compatible endpoint, such as http://127.0.0.1:5000/v1", "任何 OpenAI 兼容端点的地址，如 http://127.0.0.1:5000/v1"),
        HelpName = "URL",
        Required = isRequired,
    };
    readonly Option<string?> _model = new("--model", "-m") { Description = Text.Of("The model to ask there", "要询问的模型"), HelpName = "NAME", Required = isRequired };
    readonly Option<string?> _key = new("--api-key")
    {
        Description = Text.Of($"Its key (else {KeyVariable}, and for {OpenAiHost} {OpenAiKeyVariable}); it is never written anywhere", $"密钥（否则用 {KeyVariable}；对 {OpenAiHost} 还会用 {OpenAiKeyVariable}）；不会写入任何地方"),
        HelpName = "KEY",
    };
    readonly Option<int> _concurrency = PositiveOption.Create("--concurrency", Text.Of("Questions under way at the same time", "同时进行的问题数"), 4);
    readonly Option<int> _maxTokens = PositiveOption.Create("--max-tokens", Text.Of("The most tokens of one answer", "单个回答的最多词元数"), 1024);
    readonly Option<double> _temperature = new Option<double>("--temperature") { Description = Text.Of("0 for the most probable answer", "0 表示最可能的回答"), HelpName = "N" }
        .WithoutComma()
        .Within(value => value is >= 0 and <= 2, Text.Of("--temperature must be from 0 to 2.", "--temperature 须在 0 到 2 之间。"));
    readonly Option<int> _retries = new Option<int>("--retries") { Description = Text.Of("How often a failure that may pass is tried again", "遇到可能恢复的故障时重试的次数"), HelpName = "N", DefaultValueFactory = _ => 6 }
        .Within(value => value is >= 0 and <= 100, Text.Of("--retries must be from 0 to 100.", "--retries 须在 0 到 100 之间。"));
    readonly Option<int> _timeout = new Option<int>("--timeout") { Description = Text.Of("Seconds that one answer may take", "单个回答的最长等待秒数"), HelpName = "N", DefaultValueFactory = _ => 300 }
        .Within(value => value is >= 1 and <= 86400, Text.Of("--timeout must be from 1 to 86400.", "--timeout 须在 1 到 86400 之间。"));
    readonly Option<long?> _maxTokensTotal = new Option<long?>("--max-tokens-total") { Description = Text.Of("The most tokens of all questions and answers", "所有问题与回答的词元总数上限"), HelpName = "N" }
        .Within(value => value is null or > 0, Text.Of("--max-tokens-total must be more than 0.", "--max-tokens-total 必须大于 0。"));
    readonly Option<decimal?> _maxCost = Money("--max-cost", Text.Of("The most that all answers may cost, at the given prices", "所有回答的费用上限，按给定价格计算"));
    readonly Option<decimal?> _priceIn = Money("--price-in", Text.Of("What a million tokens of questions cost", "每百万输入词元的价格"));
    readonly Option<decimal?> _priceOut = Money("--price-out", Text.Of("What a million tokens of answers cost", "每百万输出词元的价格"));

    public int MaxTokens(ParseResult parse) => parse.GetValue(_maxTokens);

    public double Temperature(ParseResult parse) => parse.GetValue(_temperature);

    public int Concurrency(ParseResult parse) => parse.GetValue(_concurrency);

    public bool IsGiven(CommandResult given) => given.GetValue(_endpoint) is not null;

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _endpoint, _model, _key, _concurrency, _maxTokens, _temperature, _retries, _timeout, _maxTokensTotal, _maxCost, _priceIn, _priceOut })
            command.Add(option);
        command.Validators.Add(Check);
    }

    /// <summary>The endpoint; null where none is named.</summary>
    public EndpointSettings? Settings(ParseResult parse) => SettingsOf(parse.CommandResult);

    /// <summary>What may be spent, after what was spent already.</summary>
    public SpendingLimit Limit(ParseResult parse, TokensSpent spent) => new(spent)
    {
        MaxTokens = parse.GetValue(_maxTokensTotal),
        MaxCost = parse.GetValue(_maxCost),
        Price = PriceOf(parse.CommandResult),
    };

    /// <summary>What tokens cost at the given prices; null without them.</summary>
    public decimal? CostOf(ParseResult parse, TokensSpent spent) => PriceOf(parse.CommandResult)?.Of(spent);

    void Check(CommandResult given)
    {
        given.AddProblemOf(() => SettingsOf(given));
        if (given.GetValue(_endpoint) is null != given.GetValue(_model) is null)
            given.AddError(Text.Of("--endpoint and --model go together.", "--endpoint 和 --model 须同时给出。"));
        if (given.GetValue(_priceIn) is null != given.GetValue(_priceOut) is null)
            given.AddError(Text.Of("--price-in and --price-out go together.", "--price-in 和 --price-out 须同时给出。"));
        if (given.GetValue(_maxCost) is not null && given.GetValue(_priceIn) is null)
            given.AddError(Text.Of("--max-cost needs --price-in and --price-out, per million tokens.", "--max-cost 需要 --price-in 和 --price-out（每百万词元的价格）。"));
    }

    EndpointSettings? SettingsOf(SymbolResult given)
    {
        if (given.GetValue(_endpoint) is not { } url || given.GetValue(_model) is not { } model)
            return null;
        return new EndpointSettings(url, model, given.GetValue(_key) ?? KeyFor(url)) { Retries = given.GetValue(_retries), Timeout = TimeSpan.FromSeconds(given.GetValue(_timeout)) };
    }

    static string? KeyFor(string url)
    {
        bool isOpenAi = Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address is { Scheme: "https", Host: OpenAiHost };
        return Variable(KeyVariable) ?? (isOpenAi ? Variable(OpenAiKeyVariable) : null);
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    TokenPrice? PriceOf(CommandResult given) => given.GetValue(_priceIn) is { } prompt && given.GetValue(_priceOut) is { } completion ? new TokenPrice(prompt, completion) : null;

    static Option<decimal?> Money(string name, string description) =>
        new Option<decimal?>(name) { Description = description, HelpName = "N" }.WithoutComma().Within(value => value is null or (>= 0 and <= 1_000_000_000), Text.Of($"{name} must be 0 or more.", $"{name} 不能为负。"));
}
