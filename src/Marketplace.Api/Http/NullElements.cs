using System.Collections;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.Api.Http;

/// <summary>
/// Lets no list or map of a request have null in it. Annotations hold for properties and parameters alone: what they
/// say of elements is not there any more when JSON is read.
/// </summary>
internal static class NullElements
{
    /// <summary>To be added to the JSON contracts of a surface that takes no null in any list.</summary>
    public static void Refuse(JsonTypeInfo type)
    {
        if (type.ElementType is not { IsValueType: false })
        {
            return;
        }

        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            type.OnDeserialized = CheckList;
        }
        else if (type.Kind == JsonTypeInfoKind.Dictionary)
        {
            type.OnDeserialized = CheckMap;
        }
    }

    private static void CheckList(object list)
    {
        var (count, first) = (0, default(int?));

        foreach (var item in (IEnumerable)list)
        {
            first ??= item is null ? count : null;
            count++;
        }

        if (first is not null)
        {
            throw new NullElementException(count, first);
        }
    }

    private static void CheckMap(object map)
    {
        if (((IDictionary)map).Values.Cast<object?>().Contains(null))
        {
            throw new NullElementException(((IDictionary)map).Count, at: null);
        }
    }
}
