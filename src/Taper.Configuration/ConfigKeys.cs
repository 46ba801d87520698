using System.Reflection;

namespace Taper.Configuration;

/// <summary>Lists the documented keys of a section's record, for the reference page.</summary>
public static class ConfigKeys
{
    /// <summary>The keys of a record and of the records inside it, in declaration order.</summary>
    public static IReadOnlyList<ConfigKeyDescription> Of(Type record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return [.. Walk(record, "")];
    }

    private static IEnumerable<ConfigKeyDescription> Walk(Type record, string prefix)
    {
        object defaults = Activator.CreateInstance(record)!;
        foreach (PropertyInfo property in ConfigBinder.KeysOf(record))
        {
            string path = prefix + KeyName.OfProperty(property.Name);
            ConfigKeyAttribute? key = property.GetCustomAttribute<ConfigKeyAttribute>();
            bool required = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));
            yield return new ConfigKeyDescription(
                path, key?.Description ?? "", required ? null : ConfigWriter.Scalar(property.GetValue(defaults)), key?.Range ?? "");
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Type? inner = ConfigBinder.ElementOfList(type) ?? ConfigBinder.ValueOfDictionary(type) ?? type;
            if (ConfigBinder.IsRecord(inner))
            {
                foreach (ConfigKeyDescription nested in Walk(inner, path + (inner == type ? "." : "[].")))
                {
                    yield return nested;
                }
            }
        }
    }
}
