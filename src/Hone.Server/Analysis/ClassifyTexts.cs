using System.Text.Json;
using Hone.Data.Analysis;
using Hone.Data.Analysis.Classification;
using Hone.Data.Analysis.Reports;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static System.FormattableString;

namespace Hone.Server.Analysis;

/// <summary>POST /v1/hone/classifications: what kind each row is, by the other rows whose labels are known or by descriptions of the classes.</summary>
static class ClassifyTexts
{
    const string Labels = "labels", LabelColumn = "label_column", Method = "method", Classes = "classes", Folds = "folds";

    static readonly ObjectShape Class = Shape.Closed(
        Field.Required("name", Shape.Text(1)),
        Field.Optional("description", Shape.Text(1), "What a text of the class is like; absent for its name.")).Named("ClassDescription");

    static readonly ObjectShape Body = AnalysisBody.With("ClassificationRequest",
        Field.Optional(Labels, Shape.Some(Shape.Text(1), AnalysisBody.MaxRows), "The class of each row."),
        Field.Optional(LabelColumn, Shape.Text(1), "The column of the file with the class of each row."),
        Field.Optional(Method, Shape.OneOf("knn", "logistic", "description"), "The nearest rows, a logistic regression, or the nearest description of a class, for which nothing is learned.", "logistic"),
        Field.Optional(Classes, Shape.Some(Class, ClassificationReport.MostClasses), "With description: the classes; absent for the labels."),
        Field.Optional(Folds, Shape.Whole(2, 100), "The parts of the rows, each of which is predicted from the others.", CrossValidation.DefaultFolds),
        ClusterTexts.Seed);

    /// <summary>Rows × classes × dimensions × folds of a logistic regression: some minutes, for which other analyses wait.</summary>
    const long MostWork = 5_000_000_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/classifications", Handle).WithReport<ClassificationReport>(Body);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        var method = Enum.Parse<ClassifyMethod>(body.String(Method) ?? nameof(ClassifyMethod.Logistic), ignoreCase: true);
        int folds = (int)(body.Integer(Folds) ?? CrossValidation.DefaultFolds);
        ulong seed = ClusterTexts.SeedOf(body);
        if (body.Has(Classes) && method != ClassifyMethod.Description)
            throw ApiError.Invalid("'classes' goes with the method 'description'.", Classes);
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        (string[]? labels, string param) = LabelsOf(body, source);
        if (labels is null && !body.Has(Classes))
            throw ApiError.Invalid("Give the class of each row as 'labels' or 'label_column', or 'classes' with the method 'description'.", Labels, "missing_required_parameter");
        if (method == ClassifyMethod.Logistic)
            RequireLittleWork(source.Texts, labels!, folds, param);
        if (method != ClassifyMethod.Description)
            return await answer.SendAsync(context, source, param, () => ClassificationReport.CrossValidated(source.Texts, labels!, method, folds, seed, cancel), report => report.Map(source.Name), cancel);

        (string Name, string Description)[] classes = body.Objects(Classes)?.Select(ClassOf).ToArray() ?? [.. AnalysisTexts.Refusing(param, () => ClassificationReport.ClassesOf(labels!)).Select(label => (label, label))];
        string[] names = [.. classes.Select(one => one.Name)];
        if (names.Length < 2 || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            throw ApiError.Invalid("Give two or more classes with different names.", Classes);
        Points descriptions = AnalysisTexts.Fit(await texts.EmbedAsync([.. classes.Select(one => one.Description)], body, caller, Classes, source.Texts, cancel), source.Texts, Classes);
        return await answer.SendAsync(context, source, body.Has(Classes) ? Classes : param, () => ClassificationReport.ByDescription(source.Texts, names, descriptions, labels, cancel), report => report.Map(source.Name), cancel);
    }

    static void RequireLittleWork(EmbeddedTexts texts, string[] labels, int folds, string param)
    {
        int classes = AnalysisTexts.Refusing(param, () => ClassificationReport.RequireClasses(labels, isCrossValidated: true)).Length;
        int parts = Math.Min(folds, texts.Count), dimensions = texts.Points.Dimensions;
        if ((double)texts.Count * classes * dimensions * parts <= MostWork)
            return;
        string product = Invariant($"{texts.Count:N0} x {classes:N0} x {dimensions:N0} x {parts}");
        throw ApiError.Invalid(
            Text.Of(
                Invariant($"Rows x classes x dimensions x folds are {product}, more than the {MostWork:N0} that a logistic regression in a request may have. Send a sample of the rows, shorter vectors or fewer folds, take the method 'knn', or run 'hone classify', which has no such limit."),
                Invariant($"行数 x 类别数 x 维数 x 折数为 {product}，超过一次请求中逻辑回归的上限 {MostWork:N0}。请减少行数（抽样）、维数或折数，或改用方法 knn，或运行没有此上限的 hone classify。")),
            param);
    }

    static (string[]? Labels, string Param) LabelsOf(JsonFields body, AnalysedTexts source)
    {
        if (body.String(LabelColumn) is { } column)
        {
            if (source.Param != AnalysisBody.FileId || body.Has(Labels))
                throw ApiError.Invalid("'label_column' names a column of 'file_id', and takes the place of 'labels'.", LabelColumn);
            return (AnalysisTexts.Refusing(LabelColumn, () => source.Texts.Labels(column, source.Name)), LabelColumn);
        }
        if (body.Array(Labels) is not { } items)
            return (null, Labels);
        string[] labels = [.. items.Select(LabelOf)];
        return labels.Length == source.Texts.Count ? (labels, Labels) : throw ApiError.Invalid($"There are {labels.Length} labels and {source.Texts.Count} rows; each row needs one.", Labels);
    }

    static string LabelOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } label ? label : throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is no label - '{Labels}'", Labels, "invalid_type");

    static (string Name, string Description) ClassOf(JsonFields one)
    {
        one.RefuseOthers();
        string name = one.RequiredString("name");
        return (name, one.String("description") ?? name);
    }
}
