namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>What stands left of <c>=</c> or <c>in</c>: a name, several names, or an attribute of a namespace.</summary>
abstract class AssignmentTarget
{
    public abstract void Assign(object? value, Render render);
}

/// <summary><c>name = …</c></summary>
sealed class NameTarget(string name) : AssignmentTarget
{
    public override void Assign(object? value, Render render) => render.Scope.Set(name, value);
}

/// <summary><c>a, b = …</c></summary>
sealed class TupleTarget(IReadOnlyList<AssignmentTarget> targets) : AssignmentTarget
{
    public override void Assign(object? value, Render render)
    {
        IReadOnlyList<object?> values = Python.Iterate(value);
        if (values.Count != targets.Count)
            throw new HoneException($"{values.Count} values cannot be unpacked into {targets.Count} names");
        for (int i = 0; i < targets.Count; i++)
            targets[i].Assign(values[i], render);
    }
}

/// <summary><c>namespace.attribute = …</c></summary>
sealed class NamespaceTarget(string name, string attribute) : AssignmentTarget
{
    public override void Assign(object? value, Render render)
    {
        if (render.Scope.Get(name) is not NamespaceValue target)
            throw new HoneException("cannot assign attribute on non-namespace object");
        target.Attributes[attribute] = value;
    }
}
