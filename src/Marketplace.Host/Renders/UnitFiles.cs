using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Renders;

/// <summary>What was delivered of units, as it is stored.</summary>
internal static class UnitFiles
{
    /// <summary>The bytes, or null when they are not there as such any more.</summary>
    public static async Task<byte[]?> Read(IBlobStore blobs, string sha256, long length, CancellationToken cancel)
    {
        await using var stream = await blobs.OpenRead(sha256, cancel);

        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[length];

        return await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel) == bytes.Length
            ? bytes
            : null;
    }

    /// <summary>The sums that they hold, of the unit that is wanted.</summary>
    /// <exception cref="TileSumsException">They are no sums, or those of another unit, frame or seed.</exception>
    public static TileSums Parse(RenderOrder order, RenderUnit wanted, byte[] bytes)
    {
        var sums = TileSums.Parse(bytes);

        return sums.Tile == new Tile(wanted.X, wanted.Y, wanted.Width, wanted.Height)
            && sums.Samples == new SampleRange(wanted.FirstSample, wanted.Samples)
            && sums.Frame == wanted.Frame
            && sums.Seed == order.Seed
                ? sums
                : throw new TileSumsException(
                    $"the sums are those of {sums.Tile}, {sums.Samples}, frame {sums.Frame}, seed {sums.Seed}");
    }
}
