using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Tests.Inference;

public sealed class TokenPriceTests
{
    private static readonly Gen<long> Prices = Gen.Long[0, 1_000_000_000];

    [Fact]
    public void A_charge_within_the_cap_never_exceeds_what_was_set_aside() =>
        Gen.Select(Gen.String[0, 200], Gen.Int[1, 4_096], Prices, Prices, Gen.Long[0, 10_000], Gen.Long[0, 10_000])
            .Sample((prompt, max, promptPrice, outputPrice, promptTokens, outputTokens) =>
            {
                var ask = new DeviceAsk(Usdc.FromMicros(promptPrice), Usdc.FromMicros(outputPrice), Usdc.Zero);
                var order = Order(prompt, max, ask);

                Assert.True(TokenPrice.Charge(order, ask, promptTokens, outputTokens) <= TokenPrice.Cap(order));
            });

    [Fact]
    public void Tokens_beyond_the_order_are_not_paid()
    {
        var ask = new DeviceAsk(Usdc.FromMicros(1_000_000), Usdc.FromMicros(1_000_000), Usdc.Zero);

        Assert.Equal(Usdc.FromMicros(3 + 10), TokenPrice.Charge(Order("a", 10, ask), ask, 1_000_000, 1_000_000));
        Assert.Equal(Usdc.Zero, TokenPrice.Charge(Order("a", 10, ask), ask, -5, -5));
    }

    [Fact]
    public void A_free_order_still_sets_aside_one_micro() =>
        Assert.Equal(Usdc.FromMicros(1), TokenPrice.Cap(Order("", 1, new(Usdc.Zero, Usdc.Zero, Usdc.Zero))));

    private static InferenceOrder Order(string prompt, int maxTokens, DeviceAsk cap) =>
        new("m", "0", 1, prompt, maxTokens, 0, 0, new(WorkKind.Text, cap, 0, null, null), 60);
}
