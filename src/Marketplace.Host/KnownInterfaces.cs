using System.Collections.Concurrent;
using System.Reflection;

namespace Marketplace.Host;

/// <summary>
/// Names the type of a grain interface as its attribute does, but reads each attribute once: Orleans reads it by
/// reflection whenever a grain is referred to, which is several times in every request.
/// </summary>
internal sealed class KnownInterfaces : IGrainInterfaceTypeProvider
{
    // Bounded by the interfaces there are.
    private readonly ConcurrentDictionary<Type, GrainInterfaceType?> _known = new();

    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        var found = _known.GetOrAdd(type, Read);
        grainInterfaceType = found ?? default;
        return found is not null;
    }

    private static GrainInterfaceType? Read(Type type) =>
        type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is { } named
            ? named.GetGrainInterfaceType(null!, type)
            : null;
}
