using System.Globalization;
using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <summary>The transaction that opens an account of a lane, until its cost is in the books.</summary>
internal sealed record LaneOpening(Signature Signature, ulong LastValidHeight)
{
    /// <summary>From its text; null from nothing.</summary>
    public static LaneOpening? Read(string? text) =>
        text?.Split(' ') is [{ Length: > 0 } signature, var height]
            ? new(Signature.Parse(signature), ulong.Parse(height, CultureInfo.InvariantCulture))
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Signature} {LastValidHeight}");
}
