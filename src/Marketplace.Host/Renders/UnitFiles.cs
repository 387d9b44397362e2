using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;

namespace Marketplace.Host.Renders;

/// <summary>Sums of units as they were delivered.</summary>
internal static class UnitFiles
{
    /// <summary>The bytes, or null when they are not there as such any more.</summary>
    public static async Task<byte[]?> Read(IBlobStore blobs, UnitSums unit, CancellationToken cancel)
    {
        await using var stream = await blobs.OpenRead(unit.Sha256, cancel);

        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[unit.Bytes];

        return await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel) == bytes.Length
            ? bytes
            : null;
    }

    /// <summary>The sums that they hold, of the unit that is wanted.</summary>
    /// <exception cref="TileSumsException">They are no sums, or those of another unit.</exception>
    public static TileSums Parse(RenderUnit wanted, byte[] bytes)
    {
        var sums = TileSums.Parse(bytes);

        return sums.Tile == new Tile(wanted.X, wanted.Y, wanted.Width, wanted.Height)
            && sums.Samples == new SampleRange(wanted.FirstSample, wanted.Samples)
                ? sums
                : throw new TileSumsException($"the sums are those of {sums.Tile}, {sums.Samples}");
    }
}
