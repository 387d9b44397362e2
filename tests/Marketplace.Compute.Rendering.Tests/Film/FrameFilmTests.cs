using CsCheck;
using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class FrameFilmTests
{
    [Fact]
    public void Every_cut_and_order_of_units_ends_in_the_same_bits() => Gen.Select(
        Gen.Int[1, 200], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 1000]).Sample(
        (samples, sizeA, sizeB, order) =>
        {
            var a = Merge(samples, 1 << sizeA, new Random(order));
            var b = Merge(samples, 1 << sizeB, new Random(order + 1));
            Assert.Equal(a, b);
        });

    [Fact]
    public void The_same_unit_twice_changes_nothing()
    {
        var film = new FrameFilm(2, 2, 32);
        var unit = Unit(new SampleRange(0, 16), 1f);

        Assert.Equal(AddOutcome.Added, film.Add(unit));
        var before = film.ToRadiance();
        Assert.Equal(AddOutcome.AlreadyThere, film.Add(unit));
        Assert.Equal(before, film.ToRadiance());
        Assert.False(film.IsComplete);
    }

    [Fact]
    public void A_unit_is_known_again_after_it_was_joined()
    {
        var film = new FrameFilm(2, 2, 32);
        film.Add(Unit(new SampleRange(0, 16), 1f));
        film.Add(Unit(new SampleRange(16, 16), 1f));

        Assert.Equal(AddOutcome.AlreadyThere, film.Add(Unit(new SampleRange(16, 16), 1f)));
        Assert.Equal(AddOutcome.Overlaps, film.Add(Unit(new SampleRange(0, 32), 1f)));
        Assert.True(film.IsComplete);
    }

    [Fact]
    public void Units_of_another_frame_seed_or_size_are_refused()
    {
        var film = new FrameFilm(2, 2, 32, frame: 3, seed: 5);
        var values = new float[12];

        Assert.Equal(AddOutcome.NotOfThisFrame, film.Add(new TileSums(new Tile(0, 0, 2, 2), new(0, 16), 2, 5, values)));
        Assert.Equal(AddOutcome.NotOfThisFrame, film.Add(new TileSums(new Tile(0, 0, 2, 2), new(0, 16), 3, 6, values)));
        Assert.Equal(AddOutcome.NotOfThisFrame, film.Add(new TileSums(new Tile(1, 0, 2, 2), new(0, 16), 3, 5, values)));
        Assert.Equal(AddOutcome.NotOfThisFrame, film.Add(new TileSums(new Tile(0, 0, 2, 2), new(0, 7), 3, 5, values)));
        Assert.Equal(AddOutcome.NotOfThisFrame, film.Add(new TileSums(new Tile(0, 0, 2, 2), new(0, 64), 3, 5, values)));
    }

    [Fact]
    public void A_tile_across_another_is_refused()
    {
        var film = new FrameFilm(4, 2, 16);
        film.Add(new TileSums(new Tile(0, 0, 2, 2), new(0, 16), 0, 0, new float[12]));

        Assert.Equal(
            AddOutcome.Overlaps, film.Add(new TileSums(new Tile(1, 0, 2, 2), new(0, 16), 0, 0, new float[12])));
    }

    [Fact]
    public void A_preview_shows_the_mean_of_what_is_there()
    {
        var film = new FrameFilm(2, 2, 64);
        film.Add(Unit(new SampleRange(16, 16), 32f));

        Assert.All(film.ToRadiance(), value => Assert.Equal(2f, value));
    }

    [Fact]
    public void The_picture_is_a_png()
    {
        var film = new FrameFilm(2, 2, 16);
        film.Add(Unit(new SampleRange(0, 16), 8f));

        Assert.Equal([0x89, 0x50, 0x4E, 0x47], film.ToPng(ToneMap.PbrNeutral)[..4]);
    }

    private static TileSums Unit(SampleRange range, float value) =>
        new(new Tile(0, 0, 2, 2), range, 0, 0, [.. Enumerable.Repeat(value, 12)]);

    /// <summary>Merges units whose sums are awkward numbers, in random order; a unit's own tree is done as a rig does it.</summary>
    private static float[] Merge(int samples, int batches, Random order)
    {
        var film = new FrameFilm(1, 1, samples);
        var units = SampleRange.Cut(samples, batches).ToArray();
        order.Shuffle(units);

        foreach (var unit in units)
        {
            var value = Tree(unit.FirstBatch, unit.Batches);
            Assert.Equal(
                AddOutcome.Added, film.Add(new TileSums(new Tile(0, 0, 1, 1), unit, 0, 0, [value, value, value])));
        }

        Assert.True(film.IsComplete);

        return film.ToRadiance();
    }

    private static float Tree(int first, int count)
    {
        if (count == 1)
        {
            return 1f / (3f + (first * 7f % 11f));
        }

        var left = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count) / 2;

        return Tree(first, left) + Tree(first + left, count - left);
    }
}
