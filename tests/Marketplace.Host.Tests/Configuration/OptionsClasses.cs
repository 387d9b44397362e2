using System.Reflection;

namespace Marketplace.Host.Tests.Configuration;

/// <summary>Every class that the host's configuration is bound to: those that name their section.</summary>
internal static class OptionsClasses
{
    private const string SectionField = "Section";

    public static IReadOnlyList<Type> All { get; } =
    [
        .. new[] { typeof(Silo).Assembly, Assembly.Load("Marketplace.Api"), Assembly.Load("Marketplace.Grains") }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsClass && Field(type) is not null)
            .OrderBy(Section, StringComparer.Ordinal),
    ];

    public static string Section(Type type) => (string)Field(type)!.GetRawConstantValue()!;

    public static object Defaults(Type type) => Activator.CreateInstance(type)!;

    /// <summary>What can be set, in the order of the source.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } || IsList(property) || IsByName(property))
        .OrderBy(property => property.MetadataToken);

    public static bool IsList(PropertyInfo property) =>
        property.PropertyType != typeof(string) && !IsByName(property)
        && property.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable));

    /// <summary>Sections of their own, each under a name.</summary>
    public static bool IsByName(PropertyInfo property) => property.PropertyType.IsGenericType
        && property.PropertyType.GetGenericTypeDefinition() == typeof(IDictionary<,>);

    private static FieldInfo? Field(Type type) => type.GetField(SectionField, BindingFlags.Public | BindingFlags.Static)
        is { IsLiteral: true } field && field.FieldType == typeof(string) ? field : null;
}
