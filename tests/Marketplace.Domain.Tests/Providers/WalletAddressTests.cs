using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Providers;

public sealed class WalletAddressTests
{
    // The base point of the curve, y = 4/5, and small values of y whose x was looked for with another program.
    [Theory]
    [InlineData("6x5SYnLroiN7WYq8NQYU9KHcH4YjpBbwpUfVu3EB7ieH")]
    [InlineData("CiDwVBFgWV9E5MvXWoLgnEgn2hK7rJikbvfWavzAQz3")]
    [InlineData("11111111111111111111111111111111")]
    public void A_point_of_the_curve_can_be_a_wallet(string address) => Assert.Null(WalletAddress.WhyNot(address));

    [Theory]
    [InlineData("8opHzTAnfzRpPEx21XtnrVTX28YQuCpAjcn1PczScKh")]
    [InlineData("UKrXU5bFrTzrqqpZXs8GVDbp4xPweiM65ADXNAy3ddR")]
    public void An_address_off_the_curve_belongs_to_a_program(string address) =>
        Assert.Contains("off the curve", WalletAddress.WhyNot(address), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "0 characters")]
    [InlineData("6x5SYnLroiN7WYq8NQYU9KHcH4YjpBbwpUfVu3EB7ie0", "'0' at 43")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "33 bytes")]
    [InlineData("1111111111111111111111111111111111", "34 bytes")]
    public void What_is_no_address_is_refused_with_the_offence(string address, string why) =>
        Assert.Contains(why, WalletAddress.WhyNot(address), StringComparison.Ordinal);
}
