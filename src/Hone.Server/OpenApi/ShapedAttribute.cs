using System.Reflection;

namespace Hone.Server.OpenApi;

/// <summary>Says what a member is whose type is any JSON.</summary>
/// <param name="owner">The type that knows.</param>
/// <param name="member">The static field of it that is the shape.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class ShapedAttribute(Type owner, string member) : Attribute
{
    const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public Shape Shape => (Shape)(owner.GetField(member, Static)?.GetValue(null) ?? throw new MissingFieldException(owner.Name, member));
}
