using System.Reflection;
using System.Runtime.CompilerServices;

namespace Taper.Conventions.Tests;

/// <summary>
/// Writes an assembly's public API as text, a line a member, each with its type's full name so that a line means the same
/// wherever it stands. What the compiler adds to records is left out.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The types that users can name; serializers that a generator wrote lie in a namespace of their own.</summary>
    public static IEnumerable<string> Of(Assembly assembly) =>
        assembly.GetExportedTypes().Where(t => t.Namespace?.StartsWith("Taper", StringComparison.Ordinal) == true)
            .OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Lines);

    private static IEnumerable<string> Lines(Type type)
    {
        string name = CSharpNames.Of(type, full: true);
        yield return $"{Kind(type)} {name}{Bases(type)}";
        IEnumerable<string> members = type.IsEnum
            ? Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), null)}")
            : type.GetMembers(Declared).Where(Visible).Select(Member).OfType<string>();
        foreach (string member in members.Order(StringComparer.Ordinal))
        {
            yield return $"  {name}: {member}";
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct"),
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        _ => type.GetMethod("PrintMembers", Declared) is null ? "sealed class" : "sealed record",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum)
        {
            return "";
        }

        var inherited = type.GetInterfaces().SelectMany(i => i.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []).ToHashSet();
        IEnumerable<Type> bases = type.GetInterfaces().Where(i => !inherited.Contains(i) && i.Name != "IEquatable`1");
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases = bases.Prepend(parent);
        }

        string list = string.Join(", ", bases.Select(b => CSharpNames.Of(b)).Order(StringComparer.Ordinal));
        return list.Length == 0 ? "" : " : " + list;
    }

    private static bool Visible(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member switch
    {
        MethodBase m => IsOpen(m) && !m.Name.Contains('<', StringComparison.Ordinal) && (!m.IsSpecialName || m is ConstructorInfo || m.Name.StartsWith("op_", StringComparison.Ordinal)),
        PropertyInfo p => p.GetAccessors(nonPublic: true).Any(IsOpen),
        FieldInfo f => f.IsPublic || f.IsFamily,
        EventInfo e => IsOpen(e.AddMethod!),
        _ => false, // nested types are listed by themselves
    };

    private static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo c => c.IsStatic ? null : $"{Modifiers(c)}new({Parameters(c)})",
        MethodInfo m => $"{Modifiers(m)}{CSharpNames.Of(m.ReturnType)}{Mark(Nullability.Create(m.ReturnParameter))} {m.Name}{CSharpNames.Arguments(m)}({Parameters(m)})",
        PropertyInfo p => Property(p),
        FieldInfo f => $"{(f.IsLiteral ? "const " : f.IsStatic ? "static readonly " : f.IsInitOnly ? "readonly " : "")}{CSharpNames.Of(f.FieldType)}{Mark(Nullability.Create(f))} {f.Name}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
        EventInfo e => $"event {CSharpNames.Of(e.EventHandlerType!)} {e.Name}",
        _ => null,
    };

    private static string? Property(PropertyInfo property)
    {
        if (property.Name == "EqualityContract")
        {
            return null;
        }

        MethodInfo any = property.GetMethod ?? property.SetMethod!;
        bool init = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string accessors = string.Concat(
            property.GetMethod is { } get && IsOpen(get) ? "get; " : "",
            property.SetMethod is { } set && IsOpen(set) ? (init ? "init; " : "set; ") : "");
        string required = property.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute") ? "required " : "";
        string index = property.GetIndexParameters() is { Length: > 0 } i ? $"[{string.Join(", ", i.Select(Parameter))}]" : "";
        return $"{Modifiers(any)}{required}{CSharpNames.Of(property.PropertyType)}{Mark(Nullability.Create(property))} {property.Name}{index} {{ {accessors}}}";
    }

    private static string Modifiers(MethodBase method) => string.Concat(
        method.IsPublic ? "" : "protected ",
        method.IsStatic ? "static " : "",
        method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? "" : method.IsAbstract ? "abstract " : "virtual ");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string value = parameter.HasDefaultValue ? $" = {parameter.RawDefaultValue ?? "default"}" : "";
        string direction = !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        return $"{direction}{CSharpNames.Of(parameter.ParameterType)}{Mark(Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    /// <summary>The question mark of a reference that may be null; names of value types have theirs already.</summary>
    private static string Mark(NullabilityInfo info) =>
        !info.Type.IsValueType && info.Type is { IsByRef: false, IsPointer: false, IsGenericParameter: false }
            && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable) ? "?" : "";
}
