using CsCheck;
using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Tests.Inference;

public sealed class TokenLogTests
{
    [Fact]
    public void A_repeat_is_known_and_what_follows_is_new() =>
        Assert.Equal((2, null), TokenLog.Decide([new(1, "a"), new(2, "b")], 2, 10, 0, [new(1, "a"), new(2, "b"), new(3, "c")]));

    [Fact]
    public void A_token_of_the_allowed_length_is_taken_and_one_byte_more_is_refused()
    {
        var longest = new string('x', InferenceLimits.TokenTextBytesMax);

        Assert.Null(TokenLog.Decide([], 0, 10, 0, [new(1, longest)]).Refused);
        Assert.Contains("1025 bytes", TokenLog.Decide([], 0, 10, 0, [new(0, ""), new(1, longest + "x")]).Refused);
    }

    [Fact]
    public void The_length_is_that_in_utf8() =>
        Assert.NotNull(TokenLog.WhyTooLong([new(1, new string('€', (InferenceLimits.TokenTextBytesMax / 3) + 1))]));

    [Fact]
    public void The_whole_text_has_a_limit()
    {
        var (log, batch) = (new Token[] { new(1, "a") }, new Token[] { new(1, "a"), new(2, "bc") });
        const int Room = InferenceLimits.TextBytesMax - 2;

        Assert.Null(TokenLog.Decide(log, Room, 10, 0, batch).Refused);
        Assert.Contains($"{InferenceLimits.TextBytesMax}", TokenLog.Decide(log, Room + 1, 10, 0, batch).Refused);
    }

    [Fact]
    public void A_known_token_is_the_same_whatever_is_told_of_its_probability() =>
        Assert.Equal((1, null), TokenLog.Decide([Likely(1, (1, -1))], 1, 10, 0, [new(1, "a")]));

    [Fact]
    public void Probabilities_are_those_that_were_asked_for()
    {
        Assert.Null(TokenLog.WhyImprobable([new(1, "a")], null));
        Assert.Null(TokenLog.WhyImprobable([Likely(1, (1, -1))], 0));
        Assert.Null(TokenLog.WhyImprobable([Likely(1, (1, -1), (2, -0.5f), (1, -1))], 2));
        Assert.Null(TokenLog.WhyImprobable([Likely(1, (1, -9_999))], 2));

        Assert.NotNull(TokenLog.WhyImprobable([Likely(1, (1, -1))], null));
        Assert.NotNull(TokenLog.WhyImprobable([new(1, "a")], 0));
        Assert.NotNull(TokenLog.WhyImprobable([Likely(1, (2, -1))], 0));
        Assert.NotNull(TokenLog.WhyImprobable([Likely(1, (1, -1), (2, -1))], 0));
        Assert.NotNull(TokenLog.WhyImprobable([Likely(1, (1, 0.1f))], 0));
        Assert.NotNull(TokenLog.WhyImprobable([Likely(1, (1, float.NaN))], 0));
        Assert.NotNull(TokenLog.WhyImprobable([Likely(1, (1, float.NegativeInfinity))], 0));
        Assert.NotNull(TokenLog.WhyImprobable([new(1, "a", [new(1, new byte[4_097], -1)])], 0));
        Assert.Null(TokenLog.WhyImprobable([new(1, "a", [new(1, new byte[4_096], -1)])], 0));
    }

    [Fact]
    public void Settings_are_equal_when_their_biases_are()
    {
        var one = SamplingSettings.Plain with { Biases = [new(1, 2), new(3, -4)] };

        Assert.Equal(one, SamplingSettings.Plain with { Biases = [new(1, 2), new(3, -4)] });
        Assert.NotEqual(one, SamplingSettings.Plain with { Biases = [new(1, 2), new(3, 4)] });
        Assert.NotEqual(one, one with { TopK = 1 });
        Assert.Equal(one.GetHashCode(), (one with { }).GetHashCode());
    }

    [Fact]
    public void No_sequence_of_accepted_batches_grows_beyond_the_limits() =>
        Gen.Select(Gen.Int[0, 2_000], Gen.Char["aä€"]).Array[1, 8].Array[0, 40].Sample(batches =>
        {
            var log = new List<Token>();
            var bytes = 0L;

            foreach (var batch in batches)
            {
                Token[] tokens = [.. batch.Select(token => new Token(1, new string(token.Item2, token.Item1)))];
                var (known, refused) = TokenLog.Decide(log, bytes, 8_192, log.Count, tokens);

                if (refused is null)
                {
                    log.AddRange(tokens.Skip(known));
                    bytes += TokenLog.BytesOf(tokens.Skip(known));
                }
            }

            Assert.True(bytes <= InferenceLimits.TextBytesMax);
            Assert.All(log, token => Assert.True(TokenLog.BytesOf([token]) <= InferenceLimits.TokenTextBytesMax));
        });

    private static Token Likely(int id, params (int Id, float Logprob)[] told) =>
        new(id, "a", [.. told.Select(one => new TokenProbability(one.Id, [97], one.Logprob))]);
}
