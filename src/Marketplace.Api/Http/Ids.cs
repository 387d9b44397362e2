using Marketplace.Domain;

namespace Marketplace.Api.Http;

/// <summary>Reads ids of paths: what cannot be an id names nothing.</summary>
internal static class Ids
{
    public static bool Read<TId>(string text, out TId id)
        where TId : struct, IPrefixedId<TId>
    {
        var fits = PrefixedId.Fits(TId.Prefix, text);
        id = fits ? TId.Parse(text) : default;
        return fits;
    }
}
