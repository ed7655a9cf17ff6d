using System.Text;
using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>A schema as a grammar: which JSON values it describes, down to a depth.</summary>
abstract class SchemaNode
{
    /// <summary>The height of a schema that no finite value fits.</summary>
    public const int Endless = int.MaxValue / 2;

    readonly Dictionary<int, Term> _terms = [];

    /// <summary>Levels of objects and arrays that the flattest fitting value has.</summary>
    public int Height { get; private set; } = Endless;

    /// <summary>The types that fitting values have; null for all.</summary>
    public abstract IReadOnlySet<string>? Types { get; }

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

    /// <summary>What this schema describes in the end, without references.</summary>
    public virtual IEnumerable<SchemaNode> Alternatives() => [this];

    /// <summary>Whether it is certain that no value fits both, as far as so many levels of properties tell.</summary>
    public static bool AreDisjoint(SchemaNode a, SchemaNode b, int levels = 8) => a.Alternatives().All(one => b.Alternatives().All(other => AreApart(one, other, levels)));

    static bool AreApart(SchemaNode a, SchemaNode b, int levels) =>
        (a.Types is { } types && b.Types is { } others && !types.Overlaps(others) && !(types.Contains("number") && others.Contains("integer")) && !(types.Contains("integer") && others.Contains("number")))
        || (a is EnumNode values && b is EnumNode more && values.IsApartFrom(more))
        || (a is ObjectNode left && b is ObjectNode right && levels > 0 && (left.IsToldFrom(right, levels - 1) || right.IsToldFrom(left, levels - 1)));

    protected abstract int LeastHeight();

    protected abstract Term Make(int depth);
}

/// <summary>No value at all.</summary>
sealed class NeverNode : SchemaNode
{
    public override IReadOnlySet<string> Types => new HashSet<string>();

    protected override int LeastHeight() => Endless;

    protected override Term Make(int depth) => throw new InvalidOperationException("No value fits.");
}

/// <summary>Any value.</summary>
sealed class AnyNode : SchemaNode
{
    public override IReadOnlySet<string>? Types => null;

    protected override int LeastHeight() => 0;

    protected override Term Make(int depth) => JsonTerms.AnyValue(depth);
}

/// <summary>Values without levels.</summary>
sealed class ScalarNode(string type, Term term) : SchemaNode
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { type };

    protected override int LeastHeight() => 0;

    protected override Term Make(int depth) => term;
}

/// <summary>Values that are listed.</summary>
sealed class EnumNode(IReadOnlyList<JsonElement> values) : SchemaNode
{
    readonly (string Json, int Height)[] _values = [.. values.Select(value => (SchemaJson.Write(value), SchemaJson.Height(value)))];

    public IReadOnlyList<JsonElement> Values => values;

    public override IReadOnlySet<string> Types { get; } = values.Select(SchemaJson.TypeOf).ToHashSet();

    public bool IsApartFrom(EnumNode other) => !values.Any(value => other.Values.Any(one => JsonElement.DeepEquals(value, one)));

    protected override int LeastHeight() => _values.Min(value => value.Height);

    protected override Term Make(int depth) => JsonTerms.Choice([.. _values.Where(value => value.Height <= depth).Select(value => JsonTerms.Literal(value.Json))]);
}

/// <summary>What any of several schemas describes.</summary>
sealed class UnionNode(IReadOnlyList<SchemaNode> parts) : SchemaNode
{
    public override IReadOnlySet<string>? Types => parts.All(part => part.Types is not null) ? parts.SelectMany(part => part.Types!).ToHashSet() : null;

    public override IEnumerable<SchemaNode> Alternatives() => parts.SelectMany(part => part.Alternatives());

    protected override int LeastHeight() => parts.Min(part => part.Height);

    protected override Term Make(int depth) => JsonTerms.Choice([.. parts.Where(part => part.Height <= depth).Select(part => part.ToTerm(depth))]);
}

/// <summary>What a schema elsewhere in the document describes.</summary>
sealed class ReferenceNode : SchemaNode
{
    bool _isOpen;

    public SchemaNode? Target { get; set; }

    public override IReadOnlySet<string>? Types => Alternatives().Any(one => one.Types is null) ? null : Alternatives().SelectMany(one => one.Types!).ToHashSet();

    /// <summary>A reference that comes back to itself adds nothing to them.</summary>
    public override IEnumerable<SchemaNode> Alternatives()
    {
        if (_isOpen || Target is null)
            return [];
        _isOpen = true;
        try
        {
            return [.. Target.Alternatives()];
        }
        finally
        {
            _isOpen = false;
        }
    }

    protected override int LeastHeight() => Target?.Height ?? Endless;

    protected override Term Make(int depth) => Target!.ToTerm(depth);
}

/// <summary>Arrays: their first items each by a schema of its own, then the rest.</summary>
/// <param name="rest">What the items behind the first ones must fit.</param>
sealed class ArrayNode(IReadOnlyList<SchemaNode> first, SchemaNode rest, int min, int max) : SchemaNode
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "array" };

    protected override int LeastHeight() => 1 + first.Take(min).Append(min > first.Count ? rest : null).OfType<SchemaNode>().Select(item => item.Height).DefaultIfEmpty(0).Max();

    protected override Term Make(int depth)
    {
        int fitting = first.TakeWhile(item => item.Height < depth).Count();
        int most = fitting == first.Count && rest.Height < depth ? max : Math.Min(max, fitting);
        if (first.Count == 0)
            return JsonTerms.Array(most > 0 ? rest.ToTerm(depth - 1) : Term.Nothing, min, most);

        // From the last of the first items to the first: what follows when so many are there.
        Term end = JsonTerms.Sequence(JsonTerms.White, JsonTerms.Literal("]"));
        Term next = most <= first.Count ? end
            : JsonTerms.Sequence(JsonTerms.Repeat(Item(rest, hasComma: true), Math.Max(0, min - first.Count), most == int.MaxValue ? most : most - first.Count), end);
        for (int i = Math.Min(fitting, most) - 1; i >= 0; i--)
        {
            Term one = JsonTerms.Sequence(Item(first[i], i > 0), next);
            next = i >= min ? JsonTerms.Choice(one, end) : one;
        }

        return JsonTerms.Sequence(JsonTerms.Literal("["), next);

        Term Item(SchemaNode item, bool hasComma) => JsonTerms.Sequence(hasComma ? JsonTerms.Literal(",") : Term.Nothing, JsonTerms.White, item.ToTerm(depth - 1));
    }
}

/// <summary>Arrays of listed values, each at most once.</summary>
sealed class DistinctNode(IReadOnlyList<JsonElement> values, int min, int max) : SchemaNode
{
    /// <summary>There is a state for each set of values that were written.</summary>
    public const int MaxValues = 12;

    readonly int _height = values.Select(SchemaJson.Height).DefaultIfEmpty(0).Max();

    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "array" };

    protected override int LeastHeight() => min > values.Count ? Endless : 1 + (min == 0 ? 0 : _height);

    protected override Term Make(int depth)
    {
        Term end = JsonTerms.Sequence(JsonTerms.White, JsonTerms.Literal("]"));
        var after = new Dictionary<int, Term>();
        return JsonTerms.Sequence(JsonTerms.Literal("["), After(0));

        // What follows when a set of values was written.
        Term After(int written)
        {
            if (!after.TryGetValue(written, out Term? term))
                after.Add(written, term = new DeferredTerm(() => Next(written)));
            return term;
        }

        Term Next(int written)
        {
            int count = System.Numerics.BitOperations.PopCount((uint)written);
            var choices = new List<Term>();
            if (count >= min)
                choices.Add(end);
            for (int i = 0; i < values.Count && count < max && _height < depth; i++)
            {
                if ((written >> i & 1) == 0)
                    choices.Add(JsonTerms.Sequence(JsonTerms.Literal(count > 0 ? "," : ""), JsonTerms.White, JsonTerms.Literal(SchemaJson.Write(values[i])), After(written | 1 << i)));
            }

            return JsonTerms.Choice([.. choices]);
        }
    }
}

/// <summary>Objects: their properties in the order of the schema, then further ones.</summary>
/// <param name="others">What further properties must fit; null where there are none.</param>
sealed class ObjectNode(IReadOnlyList<SchemaProperty> properties, SchemaNode? others) : SchemaNode
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "object" };

    /// <summary>Whether a property that these objects must have can be told from what the other ones have there.</summary>
    public bool IsToldFrom(ObjectNode other, int levels) => properties.Any(property => property.IsRequired && (other.Find(property.Name) is not { } there || AreDisjoint(property.Value, there, levels)));

    SchemaNode? Find(string name) => properties.FirstOrDefault(property => property.Name == name)?.Value ?? others;

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
