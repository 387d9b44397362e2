using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

/// <summary>What a commitment has to tell of a prompt before anybody looks at its numbers.</summary>
public sealed class LogitPromptTests
{
    private static readonly InferenceOrder Order = new InferenceOrder(
        "stories",
        new string('a', 64),
        1_000,
        "Once",
        0,
        0,
        1,
        new(WorkKind.Text, new(Usdc.Largest, Usdc.Largest, Usdc.Largest), 1_000, null, null),
        600) with
    {
        Tokens = new([1, 5, 6]),
        Logprobs = 2,
        TellsPrompt = true,
    };

    private static readonly LogitRecord[] Records =
        [new(5, [(4, -0.5f), (5, -1)], 3), new(6, [(6, -0.25f), (7, -2)], 3), new(9, [(9, -1)], 3)];

    [Fact]
    public void A_record_of_each_token_but_the_first_is_what_is_told()
    {
        Assert.Equal(2, Order.PromptTold);
        Assert.Equal(0, (Order with { TellsPrompt = false }).PromptTold);
        Assert.Equal(0, (Order with { Tokens = new([1]) }).PromptTold);
        Assert.Null(WhyNone(Records));
        Assert.Null(WhyNone(Records[..2]));
        Assert.False(Order.AsksTheSame(Order with { TellsPrompt = false }));
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("other", "record 1 of the prompt: is of token 7, the prompt has 6")]
    [InlineData("silent", "record 0 of the prompt: does not tell its own token")]
    [InlineData("twice", "record 0 of the prompt: tells a token twice")]
    [InlineData("infinite", "record 1 of the prompt: a log-probability is no number")]
    [InlineData("broken", "cannot be read")]
    public void What_tells_nothing_of_it_is_named(string how, string why)
    {
        LogitRecord[] records = how switch
        {
            "missing" => Records[..1],
            "other" => [Records[0], Records[1] with { Token = 7 }],
            "silent" => [Records[0] with { Top = [(4, -0.5f)] }, Records[1]],
            "twice" => [Records[0] with { Top = [(5, -0.5f), (5, -1)] }, Records[1]],
            "infinite" => [Records[0], Records[1] with { Top = [(6, float.NegativeInfinity)] }],
            "broken" => [Records[0] with { Token = -1 }, Records[1]],
            _ => throw new ArgumentOutOfRangeException(nameof(how)),
        };

        Assert.Contains(why, WhyNone(records), StringComparison.Ordinal);
        Assert.Null(LogitPrompt.WhyNone(Order with { TellsPrompt = false }, Commitment(records)));
    }

    private static string? WhyNone(LogitRecord[] records) => LogitPrompt.WhyNone(Order, Commitment(records));

    private static LogitCommitment Commitment(LogitRecord[] records) =>
        new(new byte[LogitCommitment.HeaderBytes], [.. records.SelectMany(record => record.Encode())]);
}
