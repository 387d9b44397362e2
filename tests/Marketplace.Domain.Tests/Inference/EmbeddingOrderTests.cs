using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Inference;

public sealed class EmbeddingOrderTests
{
    private static readonly EmbeddingOrder Order = new([new("a"), new(null, [1, 2])], Tokens: 7, Width: 24);

    [Fact]
    public void Orders_are_equal_when_their_inputs_are_one_by_one()
    {
        EmbeddingOrder same = new([new("a"), new(null, new List<int> { 1, 2 })], 7, 24);

        Assert.Equal(Order, same);
        Assert.Equal(Order.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Order, Order with { Inputs = [new(null, [1, 2]), new("a")] });
        Assert.NotEqual(Order, Order with { Inputs = [new("a"), new(null, [1, 3])] });
        Assert.NotEqual(Order, Order with { Inputs = [new("a")] });
        Assert.NotEqual(Order, Order with { Tokens = 8 });
        Assert.NotEqual(Order, Order with { Width = 25 });
    }

    [Fact]
    public void What_a_receipt_hashes_tells_texts_from_tokens() => Assert.Equal(
        "[\"a\",[1,2],\"[1,2]\",\"é\\\"\"]",
        (Order with { Inputs = [.. Order.Inputs, new("[1,2]"), new("é\"")] }).InputText());

    [Fact]
    public void The_file_of_vectors_has_four_bytes_for_each_number()
    {
        Assert.Equal(2 * 24 * 4, Order.VectorBytes);
        Assert.Equal(
            EmbeddingLimits.VectorBytesMax,
            new EmbeddingOrder([.. Enumerable.Repeat(new EmbeddingInput("a"), EmbeddingLimits.InputsMax)], 1, 4_096)
                .VectorBytes);
    }

    [Fact]
    public void Exactly_the_tokens_are_priced_whatever_the_prompt_is()
    {
        var ask = new DeviceAsk(Usdc.FromMicros(2_000_000), Usdc.FromMicros(9_000_000), Usdc.Zero);
        var order = new InferenceOrder("m", "0", 1, "", 0, 0, 0, new(WorkKind.Embedding, ask, 0, null, null), 60)
        {
            Embedding = Order,
        };

        Assert.Equal(14, TokenPrice.Cap(order).Micros);
        Assert.Equal(14, TokenPrice.Charge(order, ask, 7, 0).Micros);
        Assert.Equal(14, TokenPrice.Charge(order, ask, 1_000, 1_000).Micros);
    }

    [Fact]
    public void Only_the_price_of_prompt_tokens_counts()
    {
        var cap = Ask(10, 0);
        var needs = new WorkNeeds(WorkKind.Embedding, cap, 0, null, null);

        Assert.Empty(Admit.Check(Offer(Ask(10, 99)), needs));
        Assert.Equal("price", Assert.Single(Admit.Check(Offer(Ask(11, 0)), needs)).Rule);
    }

    private static DeviceAsk Ask(long prompt, long output) =>
        new(Usdc.FromMicros(prompt), Usdc.FromMicros(output), Usdc.FromMicros(99));

    private static Offer Offer(DeviceAsk ask) => new(
        DeviceId.From(Guid.NewGuid()),
        ProviderId.From(Guid.NewGuid()),
        new(DeviceKind.Host, "Rig", 1_000, 2, "eu", 1, "0.1.0"),
        ask,
        1,
        DateTimeOffset.UnixEpoch);
}
