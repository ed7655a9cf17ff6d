using Hone.Engine.Checkpoints;
using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Embedding;

public sealed class EmbeddingModelTests : IDisposable
{
    const int Context = 24;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-embedding-").FullName;

    public EmbeddingModelTests()
    {
        Write("config.json", $$"""{"model_type":"bert","hidden_size":32,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":48,"vocab_size":6000,"max_position_embeddings":{{Context}}}""");
        File.Copy(Path.Combine(ParityFolder.Require("tokenizers-hf"), "bert-wordpiece", "tokenizer.json"), Path.Combine(_folder, "tokenizer.json"));
        WriteWeights(Architectures.EncoderNames);
    }

    [Fact]
    public void A_plain_folder_pools_by_the_mean_and_reads_its_whole_context()
    {
        using var model = EmbeddingModel.Open(_folder);

        (model.Pooling, model.Dimensions, model.MaxTokens, model.RoomForText).ShouldBe((Pooling.Mean, 32, Context, Context - 2));
    }

    [Fact]
    public void The_layout_of_sentence_transformers_decides_pooling_length_and_prompts()
    {
        Write("modules.json", """
            [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
             {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
             {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
            """);
        Write("sentence_bert_config.json", """{"max_seq_length":16,"do_lower_case":false}""");
        Write("1_Pooling/config.json", """{"word_embedding_dimension":32,"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}""");
        Write("config_sentence_transformers.json", """{"prompts":{"query":"search: ","document":""},"default_prompt_name":null}""");

        using var model = EmbeddingModel.Open(_folder);

        (model.Pooling, model.MaxTokens).ShouldBe((Pooling.Cls, 16));
        model.Prompts["query"].ShouldBe("search: ");
        model.DefaultPrompt.ShouldBeNull();
    }

    [Theory]
    [InlineData("""[{"path":"2_Dense","type":"sentence_transformers.models.Dense"}]""", "a module of type \"Dense\"")]
    [InlineData("""[{"path":"../..","type":"sentence_transformers.models.Pooling"}]""", "expected one inside the model's folder")]
    [InlineData("""{"path":""}""", "is not a list of modules")]
    [InlineData("""[{"path":"1_Pooling","type":"Pooling"}]""", "asks for pooling_mode_max_tokens")]
    public void A_layout_that_cannot_be_followed_is_refused(string modules, string expected)
    {
        Write("modules.json", modules);
        Write("1_Pooling/config.json", """{"pooling_mode_max_tokens":true}""");

        Should.Throw<HoneException>(() => EmbeddingModel.Open(_folder)).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_mean_tokens":true,"include_prompt":false}""", "include_prompt false is not supported")]
    [InlineData("config_sentence_transformers.json", """{"prompts":{"query":5}}""", "prompts.query is 5; expected a string")]
    [InlineData("config_sentence_transformers.json", """{"prompts":{"query":"q: "},"default_prompt_name":"document"}""", "default_prompt_name is \"document\"; expected the name of one of the prompts")]
    [InlineData("sentence_bert_config.json", """{"do_lower_case":"yes"}""", "do_lower_case is \"yes\"; expected true or false")]
    public void Settings_that_would_give_other_vectors_are_refused(string file, string content, string expected)
    {
        Write("modules.json", """[{"path":"","type":"Transformer"},{"path":"1_Pooling","type":"Pooling"}]""");
        Write("1_Pooling/config.json", """{"pooling_mode_mean_tokens":true}""");
        Write(file, content);

        Should.Throw<HoneException>(() => EmbeddingModel.Open(_folder)).Message.ShouldContain(expected);
    }

    [Fact]
    public void Small_letters_are_left_to_a_tokenizer_that_makes_them()
    {
        Write("modules.json", """[{"path":"","type":"Transformer"}]""");
        Write("sentence_bert_config.json", """{"max_seq_length":16,"do_lower_case":true}""");
        using (var model = EmbeddingModel.Open(_folder))
            model.MaxTokens.ShouldBe(16);

        Write("tokenizer.json", File.ReadAllText(Path.Combine(_folder, "tokenizer.json")).Replace("\"lowercase\": true", "\"lowercase\": false", StringComparison.Ordinal).Replace("\"lowercase\":true", "\"lowercase\":false", StringComparison.Ordinal));

        Should.Throw<HoneException>(() => EmbeddingModel.Open(_folder)).Message.ShouldContain("do_lower_case");
    }

    [Fact]
    public void A_decoder_makes_embeddings_only_where_its_folder_says_how()
    {
        Write("config.json", $$"""{"model_type":"qwen3","hidden_size":32,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":16,"intermediate_size":48,"vocab_size":6000,"max_position_embeddings":{{Context}},"rms_norm_eps":1e-6}""");
        WriteWeights(Architectures.Names);

        string refusal = Should.Throw<HoneException>(() => EmbeddingModel.Open(_folder)).Message;
        Write("modules.json", """[{"path":"","type":"Transformer"},{"path":"1_Pooling","type":"Pooling"},{"path":"2_Normalize","type":"Normalize"}]""");
        Write("1_Pooling/config.json", """{"pooling_mode_lasttoken":true}""");
        using var model = EmbeddingModel.Open(_folder);

        refusal.ShouldContain("writes text (qwen3)");
        refusal.ShouldContain("modules.json");
        (model.Pooling, model.Dimensions).ShouldBe((Pooling.LastToken, 32));
        model.Embed([[7, 8, 9]])[0].Sum(value => (double)value * value).ShouldBe(1, 1e-5);
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused_with_its_tokens_or_handled_as_asked()
    {
        using var model = EmbeddingModel.Open(_folder);
        int[] text = model.Tokenizer.Encode(string.Join(' ', Enumerable.Repeat("one two", 20)), addSpecial: false);
        int room = model.RoomForText;

        Should.Throw<HoneException>(() => model.Embed([[7], text])).Message.ShouldContain($"Text 2 has {text.Length} tokens; the model reads {room}");
        model.Embed([text], TooLong.Truncate)[0].ShouldBe(model.Embed([text[..room]])[0]);

        int[][] windows = [.. text.Chunk(room)];
        float[][] parts = model.Embed(windows);
        double[] mean = [.. Enumerable.Range(0, model.Dimensions).Select(i => windows.Zip(parts, (window, part) => (window.Length + 2) * (double)part[i]).Sum())];
        double length = Math.Sqrt(mean.Sum(value => value * value));
        float[] whole = model.Embed([text], TooLong.Window)[0];
        for (int i = 0; i < mean.Length; i++)
            ((double)whole[i]).ShouldBe(mean[i] / length, 1e-6);
    }

    [Fact]
    public void Vectors_come_in_the_order_of_the_texts_and_an_empty_text_is_refused()
    {
        using var model = EmbeddingModel.Open(_folder);
        int[][] texts = [[9, 8, 7, 6], [5], [4, 3]];

        float[][] vectors = model.Embed(texts);

        for (int i = 0; i < texts.Length; i++)
            vectors[i].ShouldBe(model.Embed([texts[i]])[0]);
        Should.Throw<HoneException>(() => model.Embed([[5], []])).Message.ShouldContain("Text 2 is empty");
    }

    [Fact]
    public void A_shortened_vector_has_length_1_again() => EmbeddingModel.Shortened([3, 4, 12], 2).ShouldBe([0.6f, 0.8f]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void WriteWeights(IReadOnlyCollection<string> architectures)
    {
        var config = ModelConfig.Read(Path.Combine(_folder, "config.json"), architectures);
        TransformerModel model = Architectures.CreateAny(config, new RandomWeights(config, seed: 3, ElementType.F32));
        SafetensorsWriter.Write(Path.Combine(_folder, CheckpointFolder.WeightsFile), model.Parameters, ElementType.F32);
    }

    void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
