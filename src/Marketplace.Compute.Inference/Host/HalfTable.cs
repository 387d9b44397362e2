namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Every half as a float, by its bits. Scales are read from here: one load, where computing them costs as much as the
/// weights that they scale. Those of one matrix are few, so the part in use stays in the cache.
/// </summary>
internal static unsafe class HalfTable
{
    private static readonly AlignedFloats Table = Fill();

    /// <summary>
    /// The first float; handed to hot loops by their callers, since those would ask whether this class is ready.
    /// </summary>
    public static float* Pointer => Table.Pointer;

    private static AlignedFloats Fill()
    {
        var table = new AlignedFloats(1 << 16);

        for (var bits = 0; bits < table.Count; bits++)
        {
            table.Pointer[bits] = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
        }

        return table;
    }
}
