using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Devices;

namespace Marketplace.Grains.Devices;

/// <summary>Sign-in of the device's agent.</summary>
internal sealed partial class DeviceGrain
{
    /// <summary>Sign-ins within the life of a challenge; above it the device has to wait.</summary>
    public const int SignInsMax = 64;

    /// <summary>Sessions alive at once; the oldest goes.</summary>
    public const int SessionsMax = 3;

    private const int NonceRandomBytes = 8;
    private const int NonceBodyBytes = sizeof(long) + NonceRandomBytes;
    private const int NonceBytes = 32;

    /// <summary>Challenges are sealed with it and not kept: strangers may ask for as many as they like.</summary>
    private readonly byte[] _challengeKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>Challenges that opened a session, until they end.</summary>
    private readonly Dictionary<string, DateTimeOffset> _answered = [];

    public Task<AgentChallenge?> Challenge(CancellationToken cancel = default)
    {
        if (device.State.Provider is null)
        {
            DeactivateOnIdle();
            return Task.FromResult<AgentChallenge?>(null);
        }

        var expiresAt = clock.GetUtcNow() + options.Value.ChallengeLife;
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, expiresAt.UtcTicks);
        RandomNumberGenerator.Fill(nonce.AsSpan(sizeof(long), NonceRandomBytes));
        Seal(nonce).CopyTo(nonce.AsSpan(NonceBodyBytes));

        return Task.FromResult<AgentChallenge?>(new(nonce, expiresAt));
    }

    public async Task<AgentSession?> OpenSession(byte[] nonce, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        if (device.State.Provider is null || !Answer(nonce, now))
        {
            return null;
        }

        var token = SessionToken.Write(Id, RandomNumberGenerator.GetBytes(SessionToken.RandomBytes));
        var session = new DeviceSession(Hash(token), now + options.Value.SessionLife);
        var live = device.State.Sessions.Where(held => now < held.ExpiresAt).Take(SessionsMax - 1);
        await this.Save(device, device.State with { Sessions = [session, .. live] });

        return new(token, session.ExpiresAt);
    }

    public Task<bool> IsSession(string token, CancellationToken cancel = default)
    {
        var (now, hash) = (clock.GetUtcNow(), Hash(token));

        return Task.FromResult(device.State.Sessions.Any(held => held.TokenHash == hash && now < held.ExpiresAt));
    }

    /// <summary>Whether the challenge is ours, in time, and answered for the first time.</summary>
    private bool Answer(byte[] nonce, DateTimeOffset now)
    {
        if (nonce.Length != NonceBytes
            || !CryptographicOperations.FixedTimeEquals(Seal(nonce), nonce.AsSpan(NonceBodyBytes)))
        {
            return false;
        }

        var until = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(nonce), TimeSpan.Zero);

        foreach (var ended in _answered.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToList())
        {
            _answered.Remove(ended);
        }

        return now < until && _answered.Count < SignInsMax && _answered.TryAdd(Convert.ToHexStringLower(nonce), until);
    }

    private ReadOnlySpan<byte> Seal(byte[] nonce) =>
        HMACSHA256.HashData(_challengeKey, nonce.AsSpan(0, NonceBodyBytes)).AsSpan(0, NonceBytes - NonceBodyBytes);

    private static string Hash(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
