using System.Text;
using Hone.Engine.Tokenizers.Components;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers;

public sealed class PrecompiledNormalizerTests
{
    readonly PrecompiledNormalizer _normalizer = PrecompiledNormalizer.Read(
        "tokenizer.json", Table(("ﬁ", "fi"), ("Ａ", "A"), ("\t", " "), ("e\u0301", "é"), ("\u200b", "")));

    [Theory]
    [InlineData("ﬁｎ Ａ\tb", "fiｎ A b")]
    [InlineData("cafe\u0301 e", "café e")]
    [InlineData("a\u200bb\U0001F600", "ab\U0001F600")]
    [InlineData("", "")]
    public void Text_is_replaced_where_the_table_has_it(string text, string expected) => _normalizer.Apply(text).ShouldBe(expected);

    [Fact]
    public void Each_character_knows_where_it_came_from()
    {
        AlignedText text = _normalizer.Apply(new AlignedText("xﬁ\u200bＡ", null), tracksOrigins: true);

        text.Text.ShouldBe("xfiA");
        text.Origins.ShouldBe([0, 1, 1, 3, 4]);
    }

    /// <summary>A table as SentencePiece writes it.</summary>
    static string Table(params (string From, string To)[] entries)
    {
        var replacements = new List<byte>();
        var root = new Node();
        foreach ((string from, string to) in entries)
        {
            Node node = root;
            foreach (byte label in Encoding.UTF8.GetBytes(from))
                node = node.Children.TryGetValue(label, out Node? child) ? child : node.Children[label] = new Node();
            node.Place = (uint)replacements.Count;
            replacements.AddRange([.. Encoding.UTF8.GetBytes(to), 0]);
        }

        var units = new uint[4096];
        var isTaken = new bool[units.Length];
        isTaken[0] = true;
        Write(root, 0, 0, units, isTaken);
        return Convert.ToBase64String([.. BitConverter.GetBytes(sizeof(uint) * units.Length), .. units.SelectMany(BitConverter.GetBytes), .. replacements]);
    }

    /// <summary>Writes a node's unit and those of its children, whose places are a base xor their labels; the value of a leaf stands at the base itself.</summary>
    static void Write(Node node, uint at, byte label, uint[] units, bool[] isTaken)
    {
        uint start = 256;
        while (isTaken[start] || node.Children.Keys.Any(child => isTaken[start ^ child]))
            start++;
        isTaken[start] = true;
        foreach (byte child in node.Children.Keys)
            isTaken[start ^ child] = true;
        units[at] = label | (node.Place is null ? 0u : 1u << 8) | (at ^ start) << 10;
        if (node.Place is { } place)
            units[start] = place | 1u << 31;
        foreach ((byte child, Node next) in node.Children)
            Write(next, start ^ child, child, units, isTaken);
    }

    sealed class Node
    {
        public Dictionary<byte, Node> Children { get; } = [];

        public uint? Place { get; set; }
    }
}
