using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine.Tokenizers.Splitting;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>Reads the normalizer, pre-tokenizer, post-processor and decoder of tokenizer.json.</summary>
sealed class ComponentReader(string path)
{
    public Normalizer Normalizer(JsonElement json) =>
        TypeOf(json) switch
        {
            "Sequence" => new NormalizerSequence([.. json.GetProperty("normalizers").EnumerateArray().Select(Normalizer)]),
            "NFC" => CharacterNormalizer.ToForm(NormalizationForm.FormC),
            "NFD" => CharacterNormalizer.ToForm(NormalizationForm.FormD),
            "NFKC" => CharacterNormalizer.ToForm(NormalizationForm.FormKC),
            "NFKD" => CharacterNormalizer.ToForm(NormalizationForm.FormKD),
            "Lowercase" => CharacterNormalizer.ToLower,
            "Prepend" => new PrependNormalizer(Text(json, "prepend")),
            "StripAccents" => CharacterNormalizer.WithoutAccents,
            "BertNormalizer" => BertText.Normalizer(
                cleans: Flag(json, "clean_text", otherwise: true),
                separatesChinese: Flag(json, "handle_chinese_chars", otherwise: true),
                lowers: Flag(json, "lowercase", otherwise: true),
                stripsAccents: Flag(json, "strip_accents", otherwise: Flag(json, "lowercase", otherwise: true))),
            "Precompiled" => PrecompiledNormalizer.Read(path, Text(json, "precompiled_charsmap")),
            "Replace" => new ReplaceNormalizer(Matches(json.GetProperty("pattern")), Text(json, "content")),
            "Strip" => new StripNormalizer(Flag(json, "strip_left"), Flag(json, "strip_right")),
            var other => throw Unknown("normalizer", other, "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer, Precompiled, Prepend, Replace, Strip"),
        };

    public List<PreTokenizer> PreTokenizers(JsonElement json)
    {
        switch (TypeOf(json))
        {
            case "Sequence":
                return [.. json.GetProperty("pretokenizers").EnumerateArray().SelectMany(PreTokenizers)];
            case "ByteLevel":
                var steps = new List<PreTokenizer>();
                if (Flag(json, "add_prefix_space"))
                    steps.Add(new SpacePrefix());
                if (Flag(json, "use_regex", otherwise: true))
                    steps.Add(new ScannerSplit(Splitter.Gpt2));
                return steps;
            case "Metaspace":
                return [Metaspace(json)];
            case "Split":
                return [Split(json)];
            case "Digits":
                SplitBehavior behavior = Flag(json, "individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous;
                return [new MatchSplit(MatchSplit.OfDigits, behavior, isInverted: false)];
            case "BertPreTokenizer":
                return [RemovedSpace, IsolatedPunctuation];
            case "WhitespaceSplit":
                return [RemovedSpace];
            case "Punctuation" when !json.TryGetProperty("behavior", out JsonElement kind) || kind.ValueEquals("Isolated"):
                return [IsolatedPunctuation];
            case var other:
                throw Unknown("pre_tokenizer", other, "Sequence, ByteLevel, Metaspace, Split, Digits, BertPreTokenizer, WhitespaceSplit, Punctuation (isolated)");
        }
    }

    /// <summary>The tokens that the post-processor puts around a single text.</summary>
    public (List<int> Before, List<int> After) Template(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return ([], []);
        switch (TypeOf(json))
        {
            case "ByteLevel":
                return ([], []);
            case "Sequence":
                var parts = json.GetProperty("processors").EnumerateArray().Select(Template).ToList();
                return ([.. Enumerable.Reverse(parts).SelectMany(part => part.Before)], [.. parts.SelectMany(part => part.After)]);
            case "BertProcessing" or "RobertaProcessing":
                return ([json.GetProperty("cls")[1].GetInt32()], [json.GetProperty("sep")[1].GetInt32()]);
            case "TemplateProcessing":
                return SingleTemplate(json);
            case var other:
                throw Unknown("post_processor", other, "Sequence, ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing");
        }
    }

    public List<DecoderStep> Decoder(JsonElement json)
    {
        switch (TypeOf(json))
        {
            case "Sequence":
                return [.. json.GetProperty("decoders").EnumerateArray().SelectMany(Decoder)];
            case "ByteLevel":
                return [new ByteLevelDecoder()];
            case "Replace":
                return [new ReplaceDecoder(LiteralPattern(json), Text(json, "content"))];
            case "ByteFallback":
                return [new ByteFallbackDecoder()];
            case "Fuse":
                return [new FuseDecoder()];
            case "Strip" when json.GetProperty("stop").GetInt32() == 0:
                return [new StripDecoder(SingleCharacter(json, "content"), json.GetProperty("start").GetInt32())];
            case "Metaspace":
                return [new MetaspaceDecoder(SingleCharacter(json, "replacement"), dropsFirst: Scheme(json) != PrependScheme.Never)];
            case "WordPiece":
                return [new WordPieceDecoder(Text(json, "prefix"), cleansUp: Flag(json, "cleanup"))];
            case var other:
                throw Unknown("decoder", other, "Sequence, ByteLevel, Replace (of a string), ByteFallback, Fuse, Strip (at the start), Metaspace, WordPiece");
        }
    }

    MetaspaceSplit Metaspace(JsonElement json) => new(SingleCharacter(json, "replacement"), Scheme(json), cuts: Flag(json, "split", otherwise: true));

    // Older files say add_prefix_space, newer ones prepend_scheme.
    PrependScheme Scheme(JsonElement json)
    {
        if (!json.TryGetProperty("prepend_scheme", out JsonElement scheme))
            return Flag(json, "add_prefix_space", otherwise: true) ? PrependScheme.Always : PrependScheme.Never;
        return Enum.TryParse(scheme.GetString(), ignoreCase: true, out PrependScheme known)
            ? known
            : throw Unknown("prepend_scheme", scheme.GetString(), "always, first, never");
    }

    PreTokenizer Split(JsonElement json)
    {
        JsonElement pattern = json.GetProperty("pattern");
        bool isInverted = Flag(json, "invert");
        if (!Enum.TryParse(Text(json, "behavior"), out SplitBehavior behavior))
            throw Unknown("split behavior", Text(json, "behavior"), string.Join(", ", Enum.GetNames<SplitBehavior>()));

        if (pattern.TryGetProperty("Regex", out JsonElement expression) && Splitter.ByPattern.TryGetValue(expression.GetString()!, out Splitter? scanner))
        {
            // Removing the gaps between the matches of a pattern that tiles the text removes nothing.
            if (behavior == SplitBehavior.Isolated || (behavior == SplitBehavior.Removed && isInverted))
                return new ScannerSplit(scanner);
        }
        return new MatchSplit(Matches(pattern), behavior, isInverted);
    }

    static MatchSplit RemovedSpace => new(text => MatchSplit.OfCharacters(text, Rune.IsWhiteSpace), SplitBehavior.Removed, isInverted: false);

    static MatchSplit IsolatedPunctuation => new(text => MatchSplit.OfCharacters(text, BertText.IsPunctuation), SplitBehavior.Isolated, isInverted: false);

    /// <summary>Where a pattern, a string or a regular expression, matches.</summary>
    Func<string, IEnumerable<(int Start, int End)>> Matches(JsonElement pattern)
    {
        if (pattern.TryGetProperty("String", out JsonElement literal) && literal.GetString() is { Length: > 0 } text)
            return input => MatchSplit.OfString(input, text);
        Regex regex = Compile(Text(pattern, "Regex"));
        return input => MatchSplit.OfRegex(input, regex);
    }

    Regex Compile(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.Compiled);
        }
        catch (ArgumentException e)
        {
            throw new HoneException($"{path} splits text by a pattern that .NET's regular expressions cannot express: {expression} ({e.Message})", e);
        }
    }

    static (List<int> Before, List<int> After) SingleTemplate(JsonElement json)
    {
        List<int> before = [];
        List<int> after = [];
        bool isAfterText = false;
        foreach (JsonElement item in json.GetProperty("single").EnumerateArray())
        {
            if (!item.TryGetProperty("SpecialToken", out JsonElement special))
            {
                isAfterText = true;
                continue;
            }
            JsonElement ids = json.GetProperty("special_tokens").GetProperty(Text(special, "id")).GetProperty("ids");
            (isAfterText ? after : before).AddRange(ids.EnumerateArray().Select(id => id.GetInt32()));
        }
        return (before, after);
    }

    string LiteralPattern(JsonElement json)
    {
        JsonElement pattern = json.GetProperty("pattern");
        if (pattern.TryGetProperty("String", out JsonElement literal) && literal.GetString() is { Length: > 0 } text)
            return text;
        throw new HoneException($"{path} replaces by the pattern {pattern.GetRawText()}. Supported: the replacement of a string.");
    }

    HoneException Unknown(string part, string? found, string supported) => new($"{path} has a {part} of type \"{found}\". Supported: {supported}.");

    static string TypeOf(JsonElement json) => Text(json, "type");

    static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    char SingleCharacter(JsonElement json, string name) =>
        Text(json, name) is [var character] ? character : throw new HoneException($"{path} has a \"{name}\" that is not one character: \"{Text(json, name)}\".");

    static bool Flag(JsonElement json, string name, bool otherwise = false) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;
}
