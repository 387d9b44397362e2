namespace Marketplace.CrashMatrix;

/// <summary>One crash: a point and the seed of everything else in its story.</summary>
/// <param name="Point">Where the host dies.</param>
/// <param name="Seed">Chooses amounts, order, faults and at which hit.</param>
/// <param name="SecondKill">Whether the host dies once more while it recovers.</param>
public sealed record Cell(Point Point, int Seed, bool SecondKill)
{
    private const int SeedStride = 7_919;

    public override string ToString() => $"{Point.Name} seed {Seed}{(SecondKill ? " twice" : string.Empty)}";

    /// <summary>The cell's own randomness: the same cell is the same story.</summary>
    internal Random Random() => new(
        (Seed * SeedStride) + Domain.Checkpoints.All.ToList().IndexOf(Point.Name) + (SecondKill ? SeedStride / 2 : 0));
}
