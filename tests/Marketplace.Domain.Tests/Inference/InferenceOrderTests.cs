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

    [Theory]
    [InlineData(double.Epsilon, 0)]
    [InlineData(1e-308, 0)]
    [InlineData(0.000999, 0)]
    [InlineData(0.001, 0.001)]
    [InlineData(2, 2)]
    [InlineData(0, 0)]
    [InlineData(-1, -1)]
    [InlineData(double.NaN, double.NaN)]
    public void A_temperature_that_differs_from_greedy_by_nothing_is_greedy(double asked, double effective) =>
        Assert.Equal(effective, InferenceLimits.EffectiveTemperature(asked));

    [Fact]
    public void An_order_that_was_stored_with_such_a_temperature_is_asked_for_again()
    {
        Assert.True(Order.AsksTheSame(Order with { Temperature = 1e-308 }));
        Assert.False(Order.AsksTheSame(Order with { Temperature = 0.001 }));
    }

    [Fact]
    public void Token_ids_are_compared_one_by_one_priced_by_their_number_and_hashed_as_they_stand()
    {
        var ids = Order with { Tokens = new([1, 1, 70]) };

        Assert.True(ids.AsksTheSame(Order with { Tokens = new([1, 1, 70]) }));
        Assert.False(ids.AsksTheSame(Order with { Tokens = new([1, 70]) }));
        Assert.False(ids.AsksTheSame(Order));
        Assert.Equal(3, TokenPrice.PromptTokensMax(ids));
        Assert.Equal("[1,1,70]", ids.Tokens!.InputText());
    }

    [Fact]
    public void An_answer_of_another_number_of_texts_is_another_request() =>
        Assert.False((Order with { Choices = 2 }).AsksTheSame(Order with { Choices = 3 }));
}
