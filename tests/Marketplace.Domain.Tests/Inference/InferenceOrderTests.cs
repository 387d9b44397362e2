using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Tests.Inference;

public sealed class InferenceOrderTests
{
    private static readonly InferenceOrder Order = new(
        "stories",
        new string('a', 64),
        1_000,
        "Once",
        4,
        0,
        1,
        new(WorkKind.Text, new(Usdc.Largest, Usdc.Largest, Usdc.Largest), 1_000, null, null),
        600);

    [Fact]
    public void A_line_that_was_stored_before_lines_were_told_apart_is_asked_for_again()
    {
        var line = Order with { IsBatch = true };

        Assert.True(line.AsksTheSame(Order));
        Assert.False(line.AsksTheSame(Order with { MaxTokens = 5 }));
        Assert.False(line.AsksTheSame(null));
    }
}
