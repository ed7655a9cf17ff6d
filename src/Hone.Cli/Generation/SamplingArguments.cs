using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hone.Engine.Checkpoints;
using Hone.Engine.Generation;

namespace Hone.Cli.Generation;

/// <summary>The options of a command about how tokens are chosen. What is not given follows the model's generation_config.json; without a word there, the likeliest token is taken.</summary>
sealed class SamplingArguments
{
    readonly Option<float?> _temperature = Number<float?>("--temperature", Text.Of("0: always the likeliest token; 1: as the model says; more: more varied", "0：总取最可能的词元；1：按模型的分布；越大越多样"), "T");
    readonly Option<float?> _topP = Number<float?>("--top-p", Text.Of("Keep the likeliest tokens that make up this share", "只保留累计概率达到该比例的最可能词元"), "P");
    readonly Option<int?> _topK = Number<int?>("--top-k", Text.Of("Keep the K likeliest tokens", "只保留最可能的 K 个词元"), "K");
    readonly Option<float?> _minP = Number<float?>("--min-p", Text.Of("Keep tokens at least P times as likely as the likeliest", "只保留概率不低于最可能词元 P 倍的词元"), "P");
    readonly Option<ulong?> _seed = Number<ulong?>("--seed", Text.Of("The same seed gives the same text", "相同的种子得到相同的文本"), "N");
    readonly Option<int?> _maxTokens = Number<int?>("--max-tokens", Text.Of("Stop after N tokens (the rest of the context)", "生成 N 个词元后停止（默认到上下文结束）"), "N");
    readonly Option<string[]> _stop = new("--stop") { Description = Text.Of("Stop before this text; may be repeated", "在该文本之前停止；可多次给出"), HelpName = "TEXT" };
    readonly Option<float?> _presence = Number<float?>("--presence-penalty", Text.Of("Lower the logit of tokens that were generated before", "降低已生成词元的 logit"), "X");
    readonly Option<float?> _frequency = Number<float?>("--frequency-penalty", Text.Of("The same, for each time", "同上，按出现次数累加"), "X");
    readonly Option<float?> _repetition = Number<float?>("--repetition-penalty", Text.Of("Divide the logit of tokens of prompt and text (1: off)", "对提示和文本中出现过的词元的 logit 做除法惩罚（1：关闭）"), "X");
    readonly Option<Dictionary<int, float>> _bias = new("--logit-bias")
    {
        Description = Text.Of("Add X to the logit of token ID; may be repeated", "给词元 ID 的 logit 加上 X；可多次给出"),
        HelpName = "ID=X",
        CustomParser = ParseBias,
    };

    /// <summary>All of them, to be added to a command.</summary>
    public IEnumerable<Option> All => [_temperature, _topP, _topK, _minP, _seed, _maxTokens, _stop, _presence, _frequency, _repetition, _bias];

    /// <summary>Refuses values that no model can sample with.</summary>
    public void Check(CommandResult given) => given.AddProblemOf(() => Read(given, new GenerationDefaults()).Validate(vocabSize: int.MaxValue));

    /// <param name="defaults">The model's own.</param>
    public SamplingOptions Read(CommandResult given, GenerationDefaults defaults)
    {
        bool asksToSample = given.GetValue(_topP) is not null || given.GetValue(_topK) is not null || given.GetValue(_minP) is not null;
        bool samples = defaults.Samples == true;
        float temperature = samples || asksToSample ? (float)(defaults.Temperature ?? 1) : 0;
        return new SamplingOptions
        {
            Temperature = given.GetValue(_temperature) ?? temperature,
            TopP = given.GetValue(_topP) ?? (samples ? (float)(defaults.TopP ?? 1) : 1),
            TopK = given.GetValue(_topK) ?? (samples ? defaults.TopK ?? 0 : 0),
            MinP = given.GetValue(_minP) ?? (samples ? (float)(defaults.MinP ?? 0) : 0),
            Seed = given.GetValue(_seed),
            MaxTokens = given.GetValue(_maxTokens),
            StopStrings = given.GetValue(_stop) ?? [],
            PresencePenalty = given.GetValue(_presence) ?? 0,
            FrequencyPenalty = given.GetValue(_frequency) ?? 0,
            RepetitionPenalty = given.GetValue(_repetition) ?? (float)(defaults.RepetitionPenalty ?? 1),
            LogitBias = given.GetValue(_bias) ?? [],
        };
    }

    static Option<T> Number<T>(string name, string description, string helpName) => new Option<T>(name) { Description = description, HelpName = helpName }.WithoutComma();

    static Dictionary<int, float> ParseBias(ArgumentResult result)
    {
        var bias = new Dictionary<int, float>();
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=');
            if (parts.Length == 2
                && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && float.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
                bias[id] = value;
            else
                result.AddError(Text.Of($"\"{token.Value}\" is no bias; write --logit-bias ID=X, such as 198=-100.", $"\"{token.Value}\" 不是偏置；请写成 --logit-bias ID=X，例如 198=-100。"));
        }

        return bias;
    }
}
