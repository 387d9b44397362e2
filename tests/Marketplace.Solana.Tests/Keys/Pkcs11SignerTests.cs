using Marketplace.Solana.Keys;

namespace Marketplace.Solana.Tests.Keys;

/// <summary>The treasury's key in a token; SoftHSM stands for the hardware.</summary>
[Trait("Category", "Pkcs11")]
public sealed partial class Pkcs11SignerTests(SoftToken token) : IClassFixture<SoftToken>
{
    private const int TriesMax = 20;

    private static readonly byte[] Message = [.. Enumerable.Range(0, 600).Select(value => (byte)(value % 251))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_signed_in_the_token_and_verifies_outside()
    {
        SkipWithoutToken();
        using var signer = Pkcs11Signer.Open(token.Key);

        var signature = await signer.SignAsync(Message, Cancel);

        Assert.True(Keypair.Verify(signer.PublicKey, Message, signature));
        Assert.False(Keypair.Verify(signer.PublicKey, [.. Message, 0], signature));
    }

    [Fact]
    public async Task The_policy_stands_before_the_token_as_before_any_signer()
    {
        SkipWithoutToken();
        using var signer = Pkcs11Signer.Open(token.Key);
        var guarded = new GuardedSigner(signer, new SigningPolicy
        {
            FeePayer = signer.PublicKey,
            Mint = Web3Fixture.Mint,
            Decimals = 6,
            AmountMax = 1,
        });
        var open = new SigningPermit.OpenTokenAccount();
        var good = Marketplace.Solana.Message.Compile(
            signer.PublicKey,
            Web3Fixture.Blockhash,
            [Marketplace.Solana.Programs.AssociatedTokenProgram.CreateIdempotent(
                signer.PublicKey, signer.PublicKey, Web3Fixture.Mint)]);

        await guarded.SignAsync(good.Encode(), open, Cancel);
        await Assert.ThrowsAsync<SigningRefusedException>(async () => await guarded.SignAsync(Message, open, Cancel));
    }

    [Fact]
    public void The_key_cannot_be_read()
    {
        SkipWithoutToken();
        var (sensitive, extractable, canBeRead) = SoftToken.Inspect();

        Assert.True(sensitive);
        Assert.False(extractable);
        Assert.False(canBeRead);
    }

    [Fact]
    public async Task Many_signatures_at_once_all_verify()
    {
        SkipWithoutToken();
        using var signer = Pkcs11Signer.Open(token.Key);

        await Parallel.ForEachAsync(Enumerable.Range(0, 64), Cancel, async (number, stop) =>
        {
            byte[] message = [.. Message, (byte)number];
            var signature = await signer.SignAsync(message, stop);
            Assert.True(Keypair.Verify(signer.PublicKey, message, signature));
        });
    }

    [Theory]
    [InlineData("no-such-token", SoftToken.KeyLabel, "no token 'no-such-token'")]
    [InlineData("market", "no-such-key", "0 objects 'no-such-key'")]
    public void A_missing_token_or_key_is_named(string name, string label, string why)
    {
        SkipWithoutToken();
        var problem = Assert.Throws<SignerUnavailableException>(
            () => Pkcs11Signer.Open(token.Key with { Token = name, Label = label }));
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_and_a_missing_or_empty_pin_file_are_named()
    {
        SkipWithoutToken();
        Assert.Contains("cannot be loaded", Problem(token.Key with { Module = "/nowhere.so" }), StringComparison.Ordinal);
        Assert.Contains("PIN file", Problem(token.Key with { PinFile = "/nowhere" }), StringComparison.Ordinal);
        Assert.Contains(
            "PIN file", Problem(token.Key with { PinFile = token.OtherPinFile(string.Empty) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_too_slow_leaves_the_payout_waiting_and_signs_the_next_time()
    {
        SkipWithoutToken();
        using var slow = Pkcs11Signer.Open(token.Key with { SignMax = TimeSpan.FromTicks(1) });
        Exception? late = null;

        // The token is in time only where this thread stands still for just that long.
        for (var tries = 0; late is null && tries < TriesMax; tries++)
        {
            late = await Record.ExceptionAsync(async () => await slow.SignAsync(Message, Cancel));
        }

        Assert.IsType<SignerUnavailableException>(late);

        using var signer = Pkcs11Signer.Open(token.Key);
        var signature = await signer.SignAsync(Message, Cancel);
        Assert.True(Keypair.Verify(signer.PublicKey, Message, signature));
    }

    [Fact]
    public void A_wrong_pin_is_named_and_the_token_is_not_locked_by_trying_on()
    {
        SkipWithoutToken();
        var wrong = token.Key with { PinFile = token.OtherPinFile("0000000") };

        Assert.Contains("refuses the PIN", Problem(wrong), StringComparison.Ordinal);

        using var signer = Pkcs11Signer.Open(token.Key);
        Assert.NotEqual(Web3Fixture.Key(1), signer.PublicKey);
    }

    [Fact]
    public async Task The_kill_switch_stops_signing_while_its_file_exists()
    {
        SkipWithoutToken();
        using var signer = Pkcs11Signer.Open(token.Key);
        var file = token.OtherPinFile("off");
        var policy = new SigningPolicy
        {
            FeePayer = signer.PublicKey,
            Mint = Web3Fixture.Mint,
            Decimals = 6,
            AmountMax = 1,
        };
        var guarded = new GuardedSigner(signer, policy, new KillSwitch(file));
        var message = Marketplace.Solana.Message.Compile(
            signer.PublicKey,
            Web3Fixture.Blockhash,
            [Marketplace.Solana.Programs.AssociatedTokenProgram.CreateIdempotent(
                signer.PublicKey, signer.PublicKey, Web3Fixture.Mint)]).Encode();

        await Assert.ThrowsAsync<SignerUnavailableException>(
            async () => await guarded.SignAsync(message, new SigningPermit.OpenTokenAccount(), Cancel));
        File.Delete(file);
        await guarded.SignAsync(message, new SigningPermit.OpenTokenAccount(), Cancel);
    }

    private static string Problem(Pkcs11Key key) =>
        Assert.Throws<SignerUnavailableException>(() => Pkcs11Signer.Open(key)).Message;

    private static void SkipWithoutToken() =>
        Assert.SkipWhen(SoftToken.WhyUnavailable is not null, SoftToken.WhyUnavailable ?? string.Empty);
}
