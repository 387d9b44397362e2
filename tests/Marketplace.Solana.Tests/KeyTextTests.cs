using CsCheck;
using Marketplace.Solana.Keys;

namespace Marketplace.Solana.Tests;

public sealed class KeyTextTests
{
    [Fact]
    public void Any_32_or_64_bytes_survive_base58()
    {
        Gen.Byte.Array[32].Sample(bytes => Assert.Equal(bytes, PublicKey.Parse(new PublicKey(bytes).ToString()).ToArray()));
        Gen.Byte.Array[64].Sample(bytes => Assert.Equal(bytes, Signature.Parse(new Signature(bytes).ToString()).ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1111111111111111111111111111111")]
    [InlineData("111111111111111111111111111111111")]
    [InlineData("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncD0")]
    [InlineData("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU ")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void Text_that_is_not_exactly_32_bytes_is_refused(string text)
    {
        Assert.False(PublicKey.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PublicKey.Parse(text));
    }

    [Fact]
    public void Keys_of_the_reference_client_come_from_the_same_seeds()
    {
        foreach (var entry in Web3Fixture.Root.GetProperty("keys").EnumerateObject())
        {
            Assert.Equal(
                entry.Value.GetString(),
                Web3Fixture.Key(byte.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture)).ToString());
        }
    }

    [Fact]
    public void A_key_file_is_read_in_both_forms_and_its_content_never_shows_in_an_error()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json");

        try
        {
            File.WriteAllText(path, Web3Fixture.Pair(7).ToJson());
            Assert.Equal(Web3Fixture.Key(7), Keypair.Load(path).PublicKey);
            File.WriteAllBytes(path, Enumerable.Repeat((byte)7, 32).ToArray());
            Assert.Equal(Web3Fixture.Key(7), Keypair.Load(path).PublicKey);
            File.WriteAllText(path, Web3Fixture.Pair(7).ToJson().Replace("7,7,7]", "7,7,8]", StringComparison.Ordinal)
                .Replace("[7,", "[9,", StringComparison.Ordinal));
            var problem = Assert.Throws<FormatException>(() => Keypair.Load(path));
            Assert.Contains(path, problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("7,7", problem.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_payment_url_escapes_its_texts_and_keeps_the_order_of_the_specification()
    {
        var url = new SolanaPayUrl
        {
            Recipient = Web3Fixture.Key(1),
            Mint = Web3Fixture.Mint,
            Amount = 12.5m,
            References = [Web3Fixture.Key(50)],
            Label = "GPU & compute",
            Memo = "dep_1",
        };

        Assert.Equal(
            $"solana:{Web3Fixture.Key(1)}?amount=12.5&spl-token={Web3Fixture.Mint}&reference={Web3Fixture.Key(50)}"
            + "&label=GPU%20%26%20compute&memo=dep_1",
            url.ToString());
    }
}
