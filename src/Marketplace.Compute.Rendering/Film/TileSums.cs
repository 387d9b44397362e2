using System.Buffers.Binary;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// The answer to one unit of work: for each pixel of a tile the sums of red, green and blue over a sample range, row
/// by row. The byte form is a header of 48 bytes and little-endian floats.
/// </summary>
public sealed class TileSums
{
    public const int HeaderBytes = 48;

    /// <summary>Pixels in one tile at most.</summary>
    public const int PixelsMax = 4096 * 4096;

    private const uint Magic = 0x53544B4D;
    private const uint Version = 1;

    private readonly float[] _values;

    internal TileSums(Tile tile, SampleRange samples, int frame, ulong seed, float[] values)
    {
        Tile = tile;
        Samples = samples;
        Frame = frame;
        Seed = seed;
        _values = values;
    }

    public Tile Tile { get; }

    public SampleRange Samples { get; }

    public int Frame { get; }

    public ulong Seed { get; }

    /// <summary>Three floats a pixel.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Bytes of the byte form.</summary>
    public static int BytesOf(Tile tile) => HeaderBytes + (tile.Pixels * 12);

    public byte[] ToBytes()
    {
        var bytes = new byte[BytesOf(Tile)];
        var at = 0;

        foreach (var word in Header())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), word);
            at += 4;
        }

        foreach (var value in _values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), value);
            at += 4;
        }

        return bytes;
    }

    /// <summary>Reads and checks the byte form: header, size, and that every sum is finite and not negative.</summary>
    /// <exception cref="TileSumsException">It is not the byte form, or a sum cannot be true.</exception>
    public static TileSums Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
        {
            throw new TileSumsException($"tile sums: {bytes.Length} bytes, the header alone has {HeaderBytes}.");
        }

        if (Word(bytes, 0) != Magic || Word(bytes, 1) != Version)
        {
            throw new TileSumsException("tile sums at byte 0: not version 1 of the format.");
        }

        var tile = new Tile((int)Word(bytes, 2), (int)Word(bytes, 3), (int)Word(bytes, 4), (int)Word(bytes, 5));
        var samples = new SampleRange((int)Word(bytes, 6), (int)Word(bytes, 7));
        var frame = (int)Word(bytes, 8);

        if (!tile.FitsIn(RenderView.SizeMax, RenderView.SizeMax) || (long)tile.Width * tile.Height > PixelsMax)
        {
            throw new TileSumsException($"tile sums at byte 8: {tile} is no tile of a picture.");
        }

        if (!samples.IsAligned || frame < 0)
        {
            throw new TileSumsException($"tile sums at byte 24: {samples} of frame {frame} is no unit of work.");
        }

        if (bytes.Length != BytesOf(tile))
        {
            throw new TileSumsException($"tile sums: {bytes.Length} bytes, {tile} takes {BytesOf(tile)}.");
        }

        var seed = Word(bytes, 9) | ((ulong)Word(bytes, 10) << 32);

        return new TileSums(tile, samples, frame, seed, ValuesOf(bytes[HeaderBytes..], tile));
    }

    /// <summary>The sums of a part of the tile.</summary>
    /// <exception cref="ArgumentException">The part is not in the tile.</exception>
    public TileSums Part(Tile part)
    {
        var (left, top) = (part.X - Tile.X, part.Y - Tile.Y);

        if (!(part with { X = left, Y = top }).FitsIn(Tile.Width, Tile.Height))
        {
            throw new ArgumentException($"{part} is not in {Tile}.", nameof(part));
        }

        var values = new float[part.Pixels * 3];

        for (var row = 0; row < part.Height; row++)
        {
            Values.Slice((((top + row) * Tile.Width) + left) * 3, part.Width * 3)
                .CopyTo(values.AsSpan(row * part.Width * 3));
        }

        return new TileSums(part, Samples, Frame, Seed, values);
    }

    private static float[] ValuesOf(ReadOnlySpan<byte> bytes, Tile tile)
    {
        var values = new float[bytes.Length / 4];

        for (var i = 0; i < values.Length; i++)
        {
            var value = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..]);

            if (!float.IsFinite(value) || value < 0f)
            {
                var pixel = i / 3;

                var (x, y) = (tile.X + (pixel % tile.Width), tile.Y + (pixel / tile.Width));

                throw new TileSumsException(FormattableString.Invariant(
                    $"tile sums at byte {HeaderBytes + (i * 4)}: {value} at pixel ({x}, {y})."));
            }

            values[i] = value;
        }

        return values;
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[(index * 4)..]);

    private uint[] Header() =>
    [
        Magic, Version, (uint)Tile.X, (uint)Tile.Y, (uint)Tile.Width, (uint)Tile.Height, (uint)Samples.First,
        (uint)Samples.Count, (uint)Frame, (uint)Seed, (uint)(Seed >> 32), 0u,
    ];
}
