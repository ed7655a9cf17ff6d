using System.Text;
using System.Text.Json;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Hone.Data.Vectors;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Vectors;

public sealed class VectorFileTests : IDisposable
{
    static readonly float[][] Vectors = [[0.1f, -2e-20f, 1 / 3f], [float.MaxValue, float.Epsilon, 0], [-0.5f, 1e9f, 16777216]];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-vectors-").FullName;

    public static TheoryData<string> Extensions => [.. VectorWriter.Extensions];

    [Theory, MemberData(nameof(Extensions))]
    public void What_is_written_is_read_with_the_same_bits(string extension)
    {
        string path = Path.Combine(_folder, "out" + extension);

        bool holdsFields = Write(path);

        VectorFile file = VectorFile.Open(path);
        VectorRow[] rows = [.. file.Read()];
        file.Dimensions.ShouldBe(3);
        file.Columns.ShouldBe(holdsFields ? ["text", "n"] : []);
        rows.Select(row => row.Vector).ShouldBe(Vectors);
        rows.Select(row => row.Text("text")).ShouldBe(holdsFields ? ["a, \"b\"", "二\n行", "c"] : ["", "", ""]);
    }

    [Theory, MemberData(nameof(Extensions))]
    public void A_file_says_the_model_of_its_vectors(string extension)
    {
        string path = Path.Combine(_folder, "out" + extension);
        VectorModel model = VectorModel.Of("a@b,\"c", "0123456789abcdef") with { Texts = "{a b} {c}" };

        bool holdsFields = Write(path, model);
        VectorFile file = VectorFile.Open(path);
        VectorModel? read = file.Model;
        string[] names = [.. file.Read().SelectMany(row => row.Fields.EnumerateObject().Select(field => field.Name)).Distinct()];
        Write(path);

        read.ShouldBe(new VectorModel("a@b,\"c", "0123456789ab") { Texts = "{a b} {c}" });
        file.Columns.ShouldBe(holdsFields ? ["text", "n"] : []);
        names.ShouldBe(holdsFields ? ["text", "n"] : []);
        VectorFile.Open(path).Model.ShouldBeNull();
        Directory.GetFiles(_folder).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("m@0123456789ab", "m@0123456789ac", "the vector is of m@0123456789ac, and that of the first row of m@0123456789ab")]
    [InlineData("m@0123456789ab", "", "the vector is of an unknown model, and that of the first row of m@0123456789ab")]
    [InlineData("", "m@0123456789ab", "the vector is of m@0123456789ab, and that of the first row of an unknown model")]
    public void Vectors_of_two_models_are_not_read_as_one_file(string first, string last, string expected)
    {
        string path = Save($"text,embedding_model,embedding\na,{first},\"[1, 2]\"\nb,{first.Replace('m', 'n')},\"[1, 2]\"\nc,{last},\"[1, 2]\"\n");

        string message = Should.Throw<HoneException>(() => VectorFile.Open(path).Read().Count()).Message;

        message.ShouldContain($"Line 4, column embedding: {expected}");
    }

    [Theory]
    [InlineData("""{"model":"m@0123456789ab","rows":3,"dimensions":3}""", "m@0123456789ab")]
    [InlineData("""{"model":"m@0123456789ab","rows":2,"dimensions":3}""", null)]
    [InlineData("""{"model":"text-embedding-3-small","rows":3,"dimensions":3}""", null)]
    [InlineData("""{"model":7,"rows":3,"dimensions":3}""", "is to say whose vectors")]
    [InlineData("""{"rows":3,"dimensions":3}""", "is to say whose vectors")]
    [InlineData("oops", "is to say whose vectors")]
    public void What_stands_beside_an_array_counts_for_that_array_alone(string said, string? expected)
    {
        string path = Path.Combine(_folder, "out.npy");
        Write(path);
        File.WriteAllText(path + ".model.json", said);

        if (expected?.StartsWith("is", StringComparison.Ordinal) == true)
            Should.Throw<HoneException>(() => VectorFile.Open(path)).Message.ShouldContain(expected);
        else
            VectorFile.Open(path).Model?.ToString().ShouldBe(expected);
    }

    [Fact]
    public void Every_extension_of_a_table_is_told_in_the_error_for_another()
    {
        string message = Should.Throw<HoneException>(() => VectorWriter.Create("vectors.parquet", [], 3)).Message;

        VectorWriter.Extensions.ShouldAllBe(extension => message.Contains(extension));
    }

    [Theory, MemberData(nameof(Extensions))]
    public void Nothing_stays_of_a_file_that_is_not_kept(string extension)
    {
        using (var writer = VectorWriter.Create(Path.Combine(_folder, "out" + extension), ["text"], 3))
            writer.Write(JsonElement.Parse("""{"text":"a"}"""), Vectors[0]);

        Directory.GetFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Fact]
    public void A_table_holds_a_list_that_Python_can_evaluate()
    {
        string path = Path.Combine(_folder, "out.csv");

        Write(path);

        File.ReadLines(path).ElementAt(1).ShouldBe("\"a, \"\"b\"\"\",1,\"[0.1,-2E-20,0.33333334]\"");
    }

    [Theory]
    [InlineData(",text,embedding\n0,a,\"[0.5, -1e-05]\"\n1,b,\"[1, 2.0]\"\n", null)]
    [InlineData("embedding;text;ada\n\"[0.5, -1e-05]\";a;\"[7]\"\n\"[1, 2.0]\";b;\"[8]\"\n", null)]
    [InlineData("text,ada,babbage\na,\"[0.5, -1e-05]\",\"[7]\"\nb,\"[1, 2.0]\",\"[8]\"\n", "ada")]
    [InlineData("{\"text\":\"a\",\"embedding\":[0.5,-1e-05]}\n{\"text\":\"b\",\"embedding\":[1,2]}\n", null)]
    [InlineData("[{\"text\":\"a\",\"vector\":[0.5,-1e-05]},{\"text\":\"b\",\"vector\":[1,2]}]", null)]
    public void The_column_is_found_or_named(string content, string? column)
    {
        string path = Save(content);

        VectorRow[] rows = [.. VectorFile.Open(path, column).Read()];

        rows.Select(row => row.Vector).ShouldBe([[0.5f, -1e-05f], [1, 2]]);
        rows.Select(row => row.Text("text")).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("text,score\n[deleted],1\nb,2\n")]
    [InlineData("{\"text\":\"a\",\"tags\":[]}\n")]
    public void Remarks_in_brackets_and_empty_lists_are_no_vectors(string content) => VectorFile.HasVectors(SourceFile.Open(Save(content))).ShouldBeFalse();

    [Fact]
    public void An_object_of_vectors_gives_their_names_as_keys()
    {
        string path = Save("{\n  \"101 Dálmatas\": [\n    0.5,\n    1\n  ],\n  \"阿凡达\": [2, 3]\n}");

        VectorRow[] rows = [.. VectorFile.Open(path).Read()];

        rows.Select(row => (row.Line, row.Text("key"))).ShouldBe([(2, "101 Dálmatas"), (6, "阿凡达")]);
        rows.Select(row => row.Vector).ShouldBe([[0.5f, 1], [2, 3]]);
    }

    [Theory]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,\"[1]\"\n", "Line 3, column embedding: there are 1 numbers, and in the first row 2")]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,\"[1, nan]\"\n", "Line 3, column embedding: number 2 is nan")]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,\"[1, 1e99]\"\n", "Line 3, column embedding: number 2 is 1e99")]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,\"[1, x]\"\n", "Line 3, column embedding: item 2 is no number: x")]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,oops\n", "Line 3, column embedding: it is no list, such as [0.1, 0.2], but: oops")]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,\n", "Line 3, column embedding: it is empty")]
    [InlineData("text,embedding\na,\"[1, 2]\"\nb,[]\n", "Line 3, column embedding: the list is empty")]
    [InlineData("text,embedding\na,[0.1 0.2 0.3]\n", "tolist()")]
    [InlineData("text,other\na,b\n", "has no column of vectors: lists such as [0.1, 0.2]. It has: text, other")]
    [InlineData("text,x,y\na,[1],[2]\n", "several columns: x, y")]
    [InlineData("{\"embedding\":[1,2]}\n{\"embedding\":[1,\"2\"]}\n", "Line 2, column embedding: item 2 is no number")]
    [InlineData("{\"embedding\":[1,2]}\n{\"embedding\":null}\n", "Line 2, column embedding: it is empty")]
    [InlineData("{\"embedding\":[1,2]}\n{\"embedding\":7}\n", "Line 2, column embedding: it is a number")]
    [InlineData("{\"embedding\":[1,2]}\n{\"embedding\":[1,NaN]}\n", "line 2")]
    [InlineData("{\n\"a\": [1,2],\n\"b\": [1,2,3]\n}", "Line 3, column value: there are 3 numbers, and in the first row 2")]
    public void What_is_no_vector_is_named_with_line_and_column(string content, string expected)
    {
        string path = Save(content);

        string message = Should.Throw<HoneException>(() => VectorFile.Open(path).Read().Count()).Message;

        message.ShouldContain(expected);
        message.ShouldContain(path);
    }

    [Fact]
    public void A_column_that_is_not_there_is_named()
    {
        string path = Save("text,embedding\na,\"[1, 2]\"\n");

        Should.Throw<HoneException>(() => VectorFile.Open(path, "vector")).Message.ShouldContain("has no column vector. It has: text, embedding");
    }

    [Theory]
    [InlineData("<f4", false, "2, 2", 16, null)]
    [InlineData("<f8", false, "2, 2", 32, null)]
    [InlineData("<f4", true, "2, 2", 16, "stored column by column")]
    [InlineData(">f4", false, "2, 2", 16, "numbers of the type >f4")]
    [InlineData("|O", false, "2, 2", 16, "numbers of the type |O")]
    [InlineData("<f4", false, "4,", 16, "has the shape (4,)")]
    [InlineData("<f4", false, "0, 2", 0, "has the shape (0, 2)")]
    [InlineData("<f4", false, "2, 2", 15, "and its header needs")]
    [InlineData("<f4", false, "99999, 99999", 15, "and its header needs")]
    public void Arrays_of_NumPy_are_read_or_refused_by_name(string type, bool isFortran, string shape, int bytes, string? expected)
    {
        using TextFile file = new(Npy($"{{'descr': '{type}', 'fortran_order': {isFortran}, 'shape': ({shape}), }}", new byte[bytes]));

        if (expected is null)
            VectorFile.Open(file.Path).Read().Select(row => (row.Line, row.Vector.Length)).ShouldBe([(1, 2), (2, 2)]);
        else
            Should.Throw<HoneException>(() => VectorFile.Open(file.Path)).Message.ShouldContain(expected);
    }

    [Fact]
    public void Numbers_of_an_array_are_those_that_were_written()
    {
        byte[] numbers = [.. BitConverter.GetBytes(0.25), .. BitConverter.GetBytes(-3.0), .. BitConverter.GetBytes(double.NaN), .. BitConverter.GetBytes(1.0)];
        using TextFile file = new(Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", numbers));

        using IEnumerator<VectorRow> rows = VectorFile.Open(file.Path).Read().GetEnumerator();

        rows.MoveNext().ShouldBeTrue();
        rows.Current.Vector.ShouldBe([0.25f, -3]);
        Should.Throw<HoneException>(() => rows.MoveNext()).Message.ShouldContain("has in row 2, column 1 the value NaN");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(40)]
    public void An_array_that_was_cut_off_is_an_error(int length)
    {
        using TextFile file = new(Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", new byte[4])[..length]);

        Should.Throw<HoneException>(() => VectorFile.Open(file.Path)).Message.ShouldContain(file.Path);
    }

    [Fact]
    public void The_header_of_an_array_ends_at_a_multiple_of_64_bytes()
    {
        string path = Path.Combine(_folder, "out.npy");

        Write(path);

        byte[] file = File.ReadAllBytes(path);
        int start = 10 + BitConverter.ToUInt16(file, 8);
        (start % 64).ShouldBe(0);
        Encoding.ASCII.GetString(file[10..start]).TrimEnd().ShouldBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }");
        file[start - 1].ShouldBe((byte)'\n');
        file.Length.ShouldBe(start + (9 * sizeof(float)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Save(string content)
    {
        string path = Path.Combine(_folder, content.StartsWith('{') || content.StartsWith('[') ? "vectors.json" : "vectors.csv");
        File.WriteAllText(path, content);
        return path;
    }

    static bool Write(string path, VectorModel? model = null)
    {
        using var writer = VectorWriter.Create(path, ["text", "n"], 3, model);
        string[] fields = ["""{"text":"a, \"b\"","n":1}""", """{"text":"二\n行","n":2,"embedding":[9],"embedding_model":"x"}""", """{"text":"c","n":3}"""];
        foreach ((string row, float[] vector) in fields.Zip(Vectors))
            writer.Write(JsonElement.Parse(row), vector);
        writer.Keep();
        return writer.HoldsFields;
    }

    static byte[] Npy(string header, byte[] numbers) => [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)(header.Length + 1)), .. Encoding.ASCII.GetBytes(header), (byte)'\n', .. numbers];
}
