using System.Security.Cryptography;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Grains.Verification;
using Marketplace.Solana.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Verification;

/// <summary>What was told or drawn by a key's secrets holds when another key signs.</summary>
public sealed class AuditSecretsTests : IDisposable
{
    private const int Leaves = 64;

    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Rotated = Begin.AddDays(30);

    private readonly FakeTimeProvider _clock = new(Rotated);
    private readonly ReceiptSigner _old = new(Keypair.Generate());
    private readonly ReceiptSigner _new = new(Keypair.Generate());
    private readonly byte[] _root = SHA256.HashData("a commitment"u8);

    [Fact]
    public void A_draw_before_the_rotation_can_be_repeated_and_opened_after_it()
    {
        var before = Before();
        var draw = before.Draw(_root, 0.5);
        var places = UnitCommitment.DrawInOrder(before.SecretOf(draw), _root, Leaves, Leaves);

        var after = After();

        Assert.Equal(_old.KeyId, draw.Key);
        Assert.Equal(before.SecretOf(draw), after.SecretOf(draw));
        Assert.Equal(draw.IsDrawn, AuditRate.IsDrawn(after.SecretOf(draw), _root, 0.5));
        Assert.Equal(places, UnitCommitment.DrawInOrder(after.SecretOf(draw), _root, Leaves, Leaves));

        // Of a draw of before there were ids the day tells the key.
        Assert.Equal(before.SecretOf(draw), after.SecretOf(draw with { Key = null }));
    }

    [Fact]
    public void What_was_told_ahead_holds_and_the_new_key_takes_over_behind_it()
    {
        var (before, after) = (Before(), After());
        var today = DateOnly.FromDateTime(Rotated.UtcDateTime);
        var hashes = Enumerable.Range(0, DrawOfDay.ToldAhead + 1).Select(ahead => before.Of(today.AddDays(ahead))).ToArray();

        Assert.Equal(hashes, hashes.Select(told => after.Of(told!.Day)));
        _clock.Advance(TimeSpan.FromDays(DrawOfDay.ToldAhead));
        Assert.Equal(_old.KeyId, after.Draw(_root, 1).Key);
        var draw = after.Draw(_root, 1);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(_new.KeyId, after.Draw(_root, 1).Key);
        _clock.Advance(TimeSpan.FromDays(1));

        // The secret that is told in the end is that of the hash that was told a week ahead.
        var told = after.Of(hashes[^1]!.Day)!;
        Assert.Equal(hashes[^1]!.SecretSha256, Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(told.Secret!))));
        Assert.Equal(after.SecretOf(draw), Convert.FromHexString(told.Secret!));
    }

    [Fact]
    public void Without_the_former_key_the_new_one_draws_at_once_and_old_days_are_not_told()
    {
        var after = After(hasFormer: false);
        var today = DateOnly.FromDateTime(Rotated.UtcDateTime);

        Assert.Equal(_new.KeyId, after.Draw(_root, 1).Key);
        Assert.Null(after.Of(today.AddDays(-1)));
        Assert.NotNull(after.Of(today));
        Assert.NotNull(After().Of(today.AddDays(-1)));
    }

    [Fact]
    public void The_first_key_of_all_has_every_day()
    {
        var only = Before();
        var first = DateOnly.FromDateTime(Begin.UtcDateTime);

        Assert.NotNull(only.Of(first.AddDays(-20)));
        Assert.NotEqual(only.Of(first)!.SecretSha256, only.Of(first.AddDays(1))!.SecretSha256, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    private AuditSecrets Before()
    {
        var secrets = new AuditSecrets(_old, _clock);
        secrets.Learn([Key(_old, Begin, true)]);
        return secrets;
    }

    private AuditSecrets After(bool hasFormer = true)
    {
        var former = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [_old.KeyId] = AuditSecrets.RootOf(_old) };
        var secrets = new AuditSecrets(_new, _clock, hasFormer ? former : null);
        secrets.Learn([Key(_old, Begin, false), Key(_new, Rotated, true)]);
        return secrets;
    }

    private static ReceiptKey Key(ReceiptSigner signer, DateTimeOffset since, bool current) =>
        new(signer.KeyId, Convert.ToBase64String([.. signer.PublicKey]), since, current);
}
