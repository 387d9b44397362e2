namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>
/// Philox4x32-10 (Salmon et al. 2011): four random words from a key and a counter. There is no state, so a sample
/// can be drawn again on any device.
/// </summary>
internal readonly struct Philox(uint w0, uint w1, uint w2, uint w3)
{
    public readonly uint W0 = w0;
    public readonly uint W1 = w1;
    public readonly uint W2 = w2;
    public readonly uint W3 = w3;

    public static Philox At(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < 10; round++)
        {
            var a = 0xD2511F53UL * c0;
            var b = 0xCD9E8D57UL * c2;
            var n0 = (uint)(b >> 32) ^ c1 ^ k0;
            var n2 = (uint)(a >> 32) ^ c3 ^ k1;
            c1 = (uint)b;
            c3 = (uint)a;
            c0 = n0;
            c2 = n2;
            k0 += 0x9E3779B9U;
            k1 += 0xBB67AE85U;
        }

        return new Philox(c0, c1, c2, c3);
    }
}
