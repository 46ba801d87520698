using System.Reflection;

namespace Taper.Conventions.Tests;

/// <summary>What types look like: closed to inheritance unless made for it, few arguments, no shared mutable state.</summary>
public sealed class TypeTests
{
    [Theory]
    [MemberData(nameof(Projects))]
    public void Classes_are_sealed_static_or_abstract(string project) =>
        Assert.Empty(Checkout.Types(project).Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false }).Select(t => t.FullName));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Constructors_take_five_arguments_at_most(string project) =>
        Assert.Empty(
            from type in Checkout.Types(project)
            where type.IsVisible && !IsRecord(type) && !type.IsSubclassOf(typeof(Delegate))
            from constructor in type.GetConstructors()
            where constructor.GetParameters().Length > 5
            select $"{type.FullName} takes {constructor.GetParameters().Length}: make a record of them");

    [Theory]
    [MemberData(nameof(Projects))]
    public void Static_fields_are_read_only(string project) =>
        Assert.Empty(
            from type in Checkout.Types(project)
            where !type.IsEnum
            from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where !field.IsInitOnly && !field.IsLiteral && !field.Name.Contains("<>", StringComparison.Ordinal)
            select $"{type.FullName}.{field.Name}");

    [Theory]
    [MemberData(nameof(Projects))]
    public void Names_say_what_a_thing_is(string project) =>
        Assert.Empty(
            from type in Checkout.Types(project)
            from empty in (string[])["Helper", "Util", "Manager", "Misc", "Common"]
            where type.Name.Contains(empty, StringComparison.Ordinal)
            select type.FullName);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Exceptions_and_attributes_end_as_such(string project) =>
        Assert.Empty(
            from type in Checkout.Types(project)
            where (type.IsSubclassOf(typeof(Exception)) && !type.Name.EndsWith("Exception", StringComparison.Ordinal))
                || (type.IsSubclassOf(typeof(Attribute)) && !type.Name.EndsWith("Attribute", StringComparison.Ordinal))
            select type.FullName);

    public static TheoryData<string> Projects() => [.. Checkout.Projects];

    /// <summary>The compiler gives every record a PrintMembers.</summary>
    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;
}
