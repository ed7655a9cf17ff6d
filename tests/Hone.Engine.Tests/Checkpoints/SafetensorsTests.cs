using System.Buffers.Binary;
using System.Text;
using Hone.Engine.Checkpoints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var matrix = new Parameter("b.matrix", [2, 3], new float[] { 1, -2, 3.5f, float.Epsilon, float.NaN, float.NegativeInfinity });
        var vector = new Parameter("a.vector", [2], new float[] { 7, 8 });
        var cube = new Parameter("c.cube", [2, 1, 2], new float[] { 1, 2, 3, 4 });

        SafetensorsWriter.Write(At("model.safetensors"), [matrix, vector, cube]);

        using var file = SafetensorsFile.Open(At("model.safetensors"));
        file.Metadata["format"].ShouldBe("pt");
        file.Tensors.Keys.ShouldBe(["a.vector", "b.matrix", "c.cube"], ignoreOrder: true);
        file.Get("b.matrix", 2, 3).Data.ToArray().ShouldBe(matrix.Data.ToArray());
        file.Get("a.vector", 2).Data.ToArray().ShouldBe([7, 8]);
        file.Get("c.cube", 2, 1, 2).Data.ToArray().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void A_written_file_leaves_nothing_beside_it()
    {
        SafetensorsWriter.Write(At("model.safetensors"), [new Parameter("x", [1], new float[] { 1 })]);
        SafetensorsWriter.Write(At("model.safetensors"), [new Parameter("x", [1], new float[] { 2 })]);

        Directory.GetFiles(_folder).ShouldBe([At("model.safetensors")]);
    }

    [Theory]
    [InlineData(1.0f, 1.0f)]
    [InlineData(1.00390625f, 1.0f)] // Half way between 1 and the next bfloat16: to the even one.
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(1.004f, 1.0078125f)]
    [InlineData(3.4028235e38f, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(-0.0f, -0.0f)]
    public void Bfloat16_is_rounded_to_nearest_even(float value, float expected)
    {
        SafetensorsWriter.Write(At("model.safetensors"), [new Parameter("x", [1], new[] { value })], ElementType.BF16);

        Read("x", 1).ShouldBe([expected]);
    }

    [Fact]
    public void Float16_is_rounded_to_nearest_even()
    {
        float[] values = [1, 1.00048828125f, 65504, 70000, -6e-8f, float.NaN];
        SafetensorsWriter.Write(At("model.safetensors"), [new Parameter("x", [6], values)], ElementType.F16);

        Read("x", 6).ShouldBe([.. values.Select(value => (float)(Half)value)]);
    }

    [Fact]
    public void A_misaligned_tensor_is_copied()
    {
        string header = """{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""";
        WriteRaw(header, [0, 0, 0, 0x80, 0x3f]);

        Read("x", 1).ShouldBe([1f]);
    }

    [Fact]
    public void A_tensor_without_elements_is_allowed()
    {
        WriteRaw("""{"x":{"dtype":"F32","shape":[0,9223372036854775807,4],"data_offsets":[0,0]}}""", []);

        using var file = SafetensorsFile.Open(At("model.safetensors"));
        file.Tensors["x"].ByteCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"x\"", "not readable JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not readable JSON")]
    [InlineData("""{"x":7}""", "'x' is not described by an object")]
    [InlineData("""{"x":{"shape":[2],"data_offsets":[0,8]}}""", "'x' has no dtype")]
    [InlineData("""{"x":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "unknown dtype 'F33'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "no pair of data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "no pair of data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "lies at bytes 8 to 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "lies at bytes 0 to 16 of the data, which has 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775800,9223372036854775807]}}""", "lies at bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "not what F32 [3] takes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", "not what F32")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'y' overlaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'x' leaves a gap")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "but the file has")]
    [InlineData("""{"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "__metadata__")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "not readable JSON")]
    public void A_damaged_header_is_named(string header, string expected)
    {
        WriteRaw(header, new byte[8]);

        var error = Should.Throw<HoneException>(() => SafetensorsFile.Open(At("model.safetensors")));
        error.Message.ShouldContain(expected);
        error.Message.ShouldContain("model.safetensors");
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(11ul)]
    [InlineData(1ul << 31)]
    [InlineData(ulong.MaxValue)]
    public void A_header_that_cannot_fit_is_refused(ulong length)
    {
        var bytes = new byte[18];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(At("model.safetensors"), bytes);

        Should.Throw<HoneException>(() => SafetensorsFile.Open(At("model.safetensors"))).Message.ShouldContain("its header claims");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_shorter_than_its_first_number_is_refused(int length)
    {
        File.WriteAllBytes(At("model.safetensors"), new byte[length]);

        Should.Throw<HoneException>(() => SafetensorsFile.Open(At("model.safetensors")));
    }

    [Fact]
    public void A_wrong_shape_or_type_names_the_tensor_and_what_was_expected()
    {
        WriteRaw("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"i":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}}""", new byte[8]);
        using var file = SafetensorsFile.Open(At("model.safetensors"));

        Should.Throw<HoneException>(() => file.Get("x", 1, 2)).Message.ShouldContain("'x' has the shape [1]; expected [1, 2]");
        Should.Throw<HoneException>(() => file.Get("i", 1)).Message.ShouldContain("'i' is stored as I32; expected F32, BF16 or F16");
        Should.Throw<HoneException>(() => file.Get("z", 1)).Message.ShouldContain("'z' is missing");
    }

    [Fact]
    public void A_mutated_file_is_refused_or_read_inside_its_bounds()
    {
        string path = At("model.safetensors");
        SafetensorsWriter.Write(path, [new Parameter("a", [3, 5], new float[15]), new Parameter("b", [4], new float[4]), new Parameter("c.d", [2, 2, 2], new float[8])]);
        byte[] good = File.ReadAllBytes(path);
        int headerEnd = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(good);
        var random = new Random(17);
        int refused = 0;

        for (int i = 0; i < 3000; i++)
        {
            File.WriteAllBytes(path, Mutate(good, headerEnd, random));
            try
            {
                using var file = SafetensorsFile.Open(path);
                foreach (TensorEntry tensor in file.Tensors.Values.Where(tensor => tensor.ElementType is not null))
                {
                    Parameter parameter = file.Get(tensor.Name);
                    parameter.Read(0, new float[parameter.Length]);
                }
            }
            catch (HoneException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(2000, 2990);
    }

    static byte[] Mutate(byte[] good, int headerEnd, Random random)
    {
        byte[] bytes = [.. good];
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(8)] = (byte)random.Next(256);
                break;
            case 2:
                bytes[random.Next(8, headerEnd)] = (byte)"0123456789-.,:{}[]\"eF \0\xff"[random.Next(24)];
                break;
            default:
                for (int i = 0; i < 3; i++)
                    bytes[random.Next(8, headerEnd)] = (byte)random.Next('0', '9' + 1);
                break;
        }
        return bytes;
    }

    string At(string name) => Path.Combine(_folder, name);

    void WriteRaw(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        File.WriteAllBytes(At("model.safetensors"), [.. length, .. text, .. data]);
    }

    float[] Read(string name, params int[] shape)
    {
        using var file = SafetensorsFile.Open(At("model.safetensors"));
        Parameter parameter = file.Get(name, shape);
        var values = new float[parameter.Length];
        parameter.Read(0, values);
        return values;
    }
}
