using CsCheck;
using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class TileSumsTests
{
    private static readonly TileSums Sums =
        new(new Tile(64, 128, 2, 1), new SampleRange(32, 16), 7, 0x1234567890ABCDEF, [0f, 1f, 2f, 3f, 4f, 5f]);

    [Fact]
    public void The_byte_form_comes_back_whole()
    {
        var back = TileSums.Parse(Sums.ToBytes());

        Assert.Equal((Sums.Tile, Sums.Samples, Sums.Frame, Sums.Seed), (back.Tile, back.Samples, back.Frame, back.Seed));
        Assert.Equal(Sums.Values.ToArray(), back.Values.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    public void A_sum_that_cannot_be_true_is_refused_with_its_place(float value)
    {
        var bytes = Sums.ToBytes();
        BitConverter.GetBytes(value).CopyTo(bytes, TileSums.HeaderBytes + 12);

        var refusal = Assert.Throws<TileSumsException>(() => TileSums.Parse(bytes));
        Assert.Contains("byte 60", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("(65, 128)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_header_is_refused_or_read_but_never_crashes() => Gen.Select(
        Gen.Int[0, TileSums.HeaderBytes - 1], Gen.Byte, Gen.Int[0, 80]).Sample((place, value, length) =>
        {
            var bytes = Sums.ToBytes();
            bytes[place] = value;
            Try(bytes);
            Try(bytes[..Math.Min(length, bytes.Length)]);
        });

    private static void Try(byte[] bytes)
    {
        try
        {
            Assert.Equal(bytes.Length, TileSums.BytesOf(TileSums.Parse(bytes).Tile));
        }
        catch (TileSumsException)
        {
            // The clear refusal that is wanted.
        }
    }
}
