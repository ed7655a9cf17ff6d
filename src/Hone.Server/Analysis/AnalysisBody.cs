using Hone.Server.OpenApi;

namespace Hone.Server.Analysis;

/// <summary>What the requests of all analyses have: vectors, texts that are embedded first, or a file with either.</summary>
static class AnalysisBody
{
    /// <summary>Most analyses compare each row with each.</summary>
    public const int MaxRows = 20_000;

    public const int MaxDimensions = 8192;

    public const string Input = "input", Vectors = "vectors", FileId = "file_id", Column = "column", Template = "text", Model = "model";

    /// <summary>An answer is a page for those who accept text/html.</summary>
    public static readonly Field Language = Field.Optional("lang", Shape.OneOf("en", "zh"), "The language of messages and of the page.", "en");

    static readonly Field[] Common =
    [
        Field.Optional(Input, Shape.Some(Shape.Text(1), MaxRows), "The texts, which the model embeds; or with vectors: the texts that belong to them. Long ones are embedded in windows."),
        Field.Optional(Vectors, Shape.Some(Shape.Some(Shape.AnyNumber, MaxDimensions), MaxRows), "The vectors, all of one length. Directions are compared."),
        Field.Optional(FileId, Shape.AnyText, "A file with a row for each text or vector, in any format that is read: JSON Lines, JSON, CSV, Excel, NumPy's."),
        Field.Optional(Column, Shape.Text(1), "The column of the file with the texts."),
        Field.Optional(Template, Shape.Text(1), "A text of several columns, in braces: {Summary} {Text}"),
        Field.Optional(Model, Shape.AnyText, "The model that embeds texts. Where texts are compared with vectors it must be theirs: it is taken from a file that says it, and is required where nothing does.", Models.ModelAliases.DefaultEmbeddingModel),
    ];

    /// <summary>The body of an analysis.</summary>
    public static ObjectShape With(string name, params Field[] own) => Shape.Closed([.. Common, .. own]).Named(name);
}
