using CsCheck;
using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class ApiKeySecretTests
{
    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly Gen<ApiKeySecret> Secrets =
        from live in Gen.Bool
        from random in Gen.Byte.Array[ApiKeySecret.RandomBytes]
        select ApiKeySecret.Create(live, random);

    [Fact]
    public void A_key_reads_back_as_itself() => Secrets.Sample(secret =>
    {
        Assert.True(ApiKeySecret.TryParse(secret.Text, out var read));
        Assert.Equal(secret.Text, read!.Text);
        Assert.Equal(secret.Live, read.Text.StartsWith("mk_live_", StringComparison.Ordinal));
        Assert.Equal(secret.GrainKey, read.GrainKey);
    });

    [Fact]
    public void A_key_with_one_letter_changed_is_refused()
    {
        var cases =
            from secret in Secrets
            from at in Gen.Int[ApiKeySecret.LivePrefix.Length, secret.Text.Length - 1]
            from letter in Gen.Int[0, Letters.Length - 1].Select(place => Letters[place])
            where secret.Text[at] != letter
            select secret.Text[..at] + letter + secret.Text[(at + 1)..];

        // Thirty bits of checksum: one in a thousand million passes by chance.
        cases.Sample(mistyped => Assert.False(ApiKeySecret.TryParse(mistyped, out _), mistyped));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mk_live_")]
    [InlineData("sk_live_00000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_key_is_refused(string? text) => Assert.False(ApiKeySecret.TryParse(text, out _));

    [Fact]
    public void Neither_hint_nor_printing_shows_the_secret() => Secrets.Sample(secret =>
    {
        Assert.DoesNotContain(secret.Text[8..20], secret.Hint, StringComparison.Ordinal);
        Assert.Equal(secret.Hint, $"{secret}");
        Assert.DoesNotContain(secret.Text[8..20], secret.GrainKey, StringComparison.Ordinal);
    });
}
