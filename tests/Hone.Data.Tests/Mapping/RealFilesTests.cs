using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Mapping;

/// <summary>Published files go in as they are. They are not ours to carry along: the folder that holds them is named by HONE_DATA_SETS.</summary>
public class RealFilesTests
{
    static readonly (string Name, int Rows, DatasetKind Kind)[] Files =
    [
        ("sentiment-zh/waimai_10k.csv", 11987, DatasetKind.Chat),
        ("medical/neike_gb18030.csv", 7644, DatasetKind.Chat),
        ("medical/medquad_2000.jsonl", 2000, DatasetKind.Chat),
        ("spam-en/SMSSpamCollection", 5574, DatasetKind.Chat),
        ("sentiment-en/sst2_train.tsv", 6920, DatasetKind.Chat),
        ("sentiment-en/fine_food_reviews_1k.csv", 1000, DatasetKind.Chat),
        ("news-en/AG_news_samples.csv", 2000, DatasetKind.Chat),
        ("news-zh/thucnews_dev.txt", 10000, DatasetKind.Chat),
        ("news-zh/tnews_train_0.json", 240, DatasetKind.Chat),
        ("chat/alpaca_en_demo.json", 999, DatasetKind.Chat),
        ("chat/alpaca_zh_demo.json", 1000, DatasetKind.Chat),
        ("chat/glaive_toolcall_zh_demo.json", 300, DatasetKind.Chat),
        ("chat/drone_training.jsonl", 103, DatasetKind.Chat),
        ("preferences/dpo_zh_demo.json", 300, DatasetKind.Preference),
        ("recipes/recipes_en_1500.jsonl", 1500, DatasetKind.Chat),
        ("summaries/dialogsum.dev.jsonl", 500, DatasetKind.Chat),
        ("support/Bitext_Sample_Customer_Service_Training_Dataset.csv", 6480, DatasetKind.Chat),
        ("support/tech_support.yml", 1050, DatasetKind.Chat),
    ];

    [Fact]
    public void All_rows_of_a_file_become_training_lines()
    {
        string folder = Folder();

        (string, int, DatasetKind)[] read = [.. Files.Select(file => Read(Path.Combine(folder, file.Name), file.Name))];

        read.ShouldBe(Files);
    }

    [Fact]
    public void A_list_and_columns_can_be_named()
    {
        var intents = SourceFile.Open(Path.Combine(Folder(), "intent-en", "clinc150_small.json"), new SourceOptions { Sheet = "train" });
        var calls = SourceFile.Open(Path.Combine(Folder(), "api-calls", "torchhub_train.json"));

        RowMapping.Of(intents).Map(intents.Read()).Count().ShouldBe(7500);
        RowMapping.Of(calls, new MappingOptions { Prompt = "{api_data.description}", Completion = "{api_call}" }).Map(calls.Read()).Count().ShouldBe(837);
    }

    static (string, int, DatasetKind) Read(string path, string name)
    {
        var source = SourceFile.Open(path);
        var mapping = RowMapping.Of(source);
        return (name, mapping.Map(source.Read()).Count(), mapping.Kind);
    }

    static string Folder()
    {
        string? folder = Environment.GetEnvironmentVariable("HONE_DATA_SETS");
        Assert.SkipUnless(Directory.Exists(folder), "skipped: HONE_DATA_SETS names no folder with the data sets");
        return folder!;
    }
}
