namespace Marketplace.Api.Inference.Jinja;

/// <summary>Parts of lists and texts by place, as Python counts them.</summary>
internal static class Slices
{
    public static JinjaValue Of(JinjaValue of, JinjaValue? from, JinjaValue? to, JinjaValue? by, Site site)
    {
        if (of is not (JinjaValue.List or JinjaValue.Text))
        {
            throw site.Fault($"{Kinds.Name(of)} has no slices");
        }

        var step = Number(by, site) ?? 1;

        if (step == 0)
        {
            throw site.Fault("the step of a slice is 0");
        }

        if (of is JinjaValue.Text { Value: { IsPlain: true } text } && step == 1)
        {
            var begin = Bound(Number(from, site), 0, text.Length, 0, text.Length);
            var end = Bound(Number(to, site), text.Length, text.Length, 0, text.Length);
            return site.Text(text.Slice((int)begin, (int)Math.Max(0, end - begin)));
        }

        var items = Kinds.Items(of, site);

        var taken = Places(items.Count, Number(from, site), Number(to, site), step).Select(at => items[at]).ToList();
        return of is JinjaValue.List ? site.List(taken) : Filters.Join(taken, TaintedText.Empty, site);
    }

    private static long? Number(JinjaValue? part, Site site) => part switch
    {
        null or JinjaValue.None => null,
        _ => Kinds.Whole(part) ?? throw site.Fault($"a slice needs whole numbers, not {Kinds.Name(part)}"),
    };

    private static IEnumerable<int> Places(int count, long? from, long? to, long step)
    {
        var isUp = step > 0;
        var (low, high) = isUp ? (0L, count) : (-1L, count - 1L);
        var at = Bound(from, isUp ? low : high, count, low, high);
        var end = Bound(to, isUp ? high : low, count, low, high);
        var stride = Math.Clamp(step, -count - 1L, count + 1L);

        for (; isUp ? at < end : at > end; at += stride)
        {
            yield return (int)at;
        }
    }

    private static long Bound(long? given, long fallback, int count, long low, long high)
    {
        if (given is not { } place)
        {
            return fallback;
        }

        var near = Math.Clamp(place, -count - 1L, count + 1L);
        return Math.Clamp(near < 0 ? near + count : near, low, high);
    }
}
