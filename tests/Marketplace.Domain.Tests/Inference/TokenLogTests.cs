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
}
