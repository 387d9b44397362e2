namespace Marketplace.Compute.Rendering.Film;

/// <summary>A rectangle of pixels, from the upper left corner of the picture.</summary>
public readonly record struct Tile(int X, int Y, int Width, int Height)
{
    public int Pixels => Width * Height;

    /// <summary>Cuts a picture into tiles of at most <paramref name="size"/> pixels a side, row by row.</summary>
    public static IEnumerable<Tile> Cut(int width, int height, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);

        for (var y = 0; y < height; y += size)
        {
            for (var x = 0; x < width; x += size)
            {
                yield return new Tile(x, y, Math.Min(size, width - x), Math.Min(size, height - y));
            }
        }
    }

    public bool Overlaps(Tile other) =>
        X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;

    /// <summary>Whether it has pixels and lies within a picture of that size.</summary>
    public bool FitsIn(int width, int height) =>
        X >= 0 && Y >= 0 && Width > 0 && Height > 0 && X <= width - Width && Y <= height - Height;
}
