using CsCheck;

namespace Marketplace.Domain.Tests;

public sealed class Base32Tests
{
    [Theory]
    [InlineData(new byte[0], "")]
    [InlineData(new byte[] { 0 }, "00")]
    [InlineData(new byte[] { 255 }, "zw")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255 }, "zzzzzzzz")]
    [InlineData(new byte[] { 8, 66, 16, 132, 33 }, "11111111")]
    public void Five_bits_make_a_letter_first_bit_first(byte[] bytes, string text) => Assert.Equal(text, Base32.Write(bytes));

    [Fact]
    public void Different_bytes_of_one_length_are_different_texts() => Gen.Select(Gen.Byte.Array[20], Gen.Byte.Array[20])
        .Sample((one, other) => Assert.Equal(one.AsSpan().SequenceEqual(other), Base32.Write(one) == Base32.Write(other)));
}
