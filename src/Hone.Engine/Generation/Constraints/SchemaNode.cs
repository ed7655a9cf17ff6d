using System.Text;

namespace Hone.Engine.Generation.Constraints;

/// <summary>A schema as a grammar: which JSON values it describes, down to a depth.</summary>
abstract class SchemaNode
{
    /// <summary>The height of a schema that no finite value fits.</summary>
    public const int Endless = int.MaxValue / 2;

    readonly Dictionary<int, Term> _terms = [];

    /// <summary>Levels of objects and arrays that the flattest fitting value has.</summary>
    public int Height { get; private set; } = Endless;

    /// <summary>The fitting values with at most this many levels; there must be some.</summary>
    public Term ToTerm(int depth)
    {
        if (!_terms.TryGetValue(depth, out Term? term))
            _terms.Add(depth, term = new DeferredTerm(() => Make(depth)));
        return term;
    }

    /// <summary>Computes the height from those of the parts; returns whether it changed.</summary>
    public bool Update()
    {
        int height = Math.Min(Endless, LeastHeight());
        bool changed = height != Height;
        Height = height;
        return changed;
    }

    protected abstract int LeastHeight();

    protected abstract Term Make(int depth);
}

/// <summary>Any value.</summary>
sealed class AnyNode : SchemaNode
{
    protected override int LeastHeight() => 0;

    protected override Term Make(int depth) => JsonTerms.AnyValue(depth);
}

/// <summary>Values without levels.</summary>
sealed class ScalarNode(Term term) : SchemaNode
{
    protected override int LeastHeight() => 0;

    protected override Term Make(int depth) => term;
}

/// <summary>Values that are listed.</summary>
sealed class EnumNode(IReadOnlyList<(string Json, int Height)> values) : SchemaNode
{
    protected override int LeastHeight() => values.Min(value => value.Height);

    protected override Term Make(int depth) => JsonTerms.Choice([.. values.Where(value => value.Height <= depth).Select(value => JsonTerms.Literal(value.Json))]);
}

/// <summary>What any of several schemas describes.</summary>
sealed class UnionNode(IReadOnlyList<SchemaNode> parts) : SchemaNode
{
    protected override int LeastHeight() => parts.Min(part => part.Height);

    protected override Term Make(int depth) => JsonTerms.Choice([.. parts.Where(part => part.Height <= depth).Select(part => part.ToTerm(depth))]);
}

/// <summary>What a schema elsewhere in the document describes.</summary>
sealed class ReferenceNode : SchemaNode
{
    public SchemaNode? Target { get; set; }

    protected override int LeastHeight() => Target!.Height;

    protected override Term Make(int depth) => Target!.ToTerm(depth);
}

/// <summary>Arrays.</summary>
sealed class ArrayNode(SchemaNode item, int min, int max) : SchemaNode
{
    protected override int LeastHeight() => min > 0 ? 1 + item.Height : 1;

    protected override Term Make(int depth) =>
        item.Height < depth ? JsonTerms.Array(item.ToTerm(depth - 1), min, max) : JsonTerms.Array(Term.Nothing, 0, 0);
}

/// <summary>Objects: their properties in the order of the schema, then further ones.</summary>
/// <param name="others">What further properties must fit; null where there are none.</param>
sealed class ObjectNode(IReadOnlyList<SchemaProperty> properties, SchemaNode? others) : SchemaNode
{
    protected override int LeastHeight() => 1 + properties.Where(property => property.IsRequired).Select(property => property.Value.Height).DefaultIfEmpty(0).Max();

    protected override Term Make(int depth)
    {
        Term end = JsonTerms.Sequence(JsonTerms.White, JsonTerms.Literal("}"));
        Term further = end, first = end;
        if (others is not null && others.Height < depth)
        {
            Term member = JsonTerms.Sequence(JsonTerms.White, JsonTerms.Member(OtherKey(), others.ToTerm(depth - 1)));
            Term more = JsonTerms.Repeat(JsonTerms.Sequence(JsonTerms.Literal(","), member), 0, int.MaxValue);
            further = JsonTerms.Sequence(more, end);
            first = JsonTerms.Choice(JsonTerms.Sequence(member, more, end), end);
        }

        // From the last property to the first: what follows when there is a member before, and when there is none.
        for (int i = properties.Count - 1; i >= 0; i--)
        {
            SchemaProperty property = properties[i];
            if (property.Value.Height >= depth)
                continue;
            Term member = JsonTerms.Sequence(JsonTerms.White, JsonTerms.Member(JsonTerms.Literal(SchemaJson.Quote(property.Name)), property.Value.ToTerm(depth - 1)), further);
            Term next = JsonTerms.Sequence(JsonTerms.Literal(","), member);
            (first, further) = property.IsRequired ? (member, next) : (JsonTerms.Choice(member, first), JsonTerms.Choice(next, further));
        }

        return JsonTerms.Sequence(JsonTerms.Literal("{"), first);
    }

    /// <summary>A name that is none of the listed ones, and has no escapes that could spell one.</summary>
    Term OtherKey() =>
        properties.Count == 0 ? JsonTerms.String : JsonTerms.StringOf(NoneOf([.. properties.Select(property => property.Name.EnumerateRunes().ToArray())], 0));

    static Term NoneOf(IReadOnlyList<Rune[]> names, int at)
    {
        var choices = new List<Term>();
        if (!names.Any(name => name.Length == at))
            choices.Add(Term.Nothing);
        IGrouping<int, Rune[]>[] groups = [.. names.Where(name => name.Length > at).GroupBy(name => name[at].Value)];
        Term anything = JsonTerms.Repeat(JsonTerms.PlainCharacter, 0, int.MaxValue);
        choices.Add(JsonTerms.Sequence(CodePoints.ToTerm(CodePoints.Without(CodePoints.Plain, groups.Select(group => (group.Key, group.Key)))), anything));
        foreach (IGrouping<int, Rune[]> group in groups.Where(group => CodePoints.Intersection([(group.Key, group.Key)], CodePoints.Plain).Count > 0))
            choices.Add(JsonTerms.Sequence(JsonTerms.Literal(new Rune(group.Key).ToString()), NoneOf([.. group], at + 1)));
        return JsonTerms.Choice([.. choices]);
    }
}

/// <summary>A property of an object.</summary>
sealed record SchemaProperty(string Name, SchemaNode Value, bool IsRequired);
