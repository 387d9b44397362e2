using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Devices;

namespace Marketplace.Grains.Devices;

/// <summary>Sign-in of the device's agent.</summary>
internal sealed partial class DeviceGrain
{
    /// <summary>Challenges open at once; the oldest goes.</summary>
    public const int ChallengesMax = 8;

    /// <summary>Sessions alive at once; the oldest goes.</summary>
    public const int SessionsMax = 3;

    private const int NonceBytes = 32;

    public Task<AgentChallenge?> Challenge(CancellationToken cancel = default)
    {
        if (device.State.Provider is null)
        {
            DeactivateOnIdle();
            return Task.FromResult<AgentChallenge?>(null);
        }

        if (_challenges.Count >= ChallengesMax)
        {
            _challenges.Remove(_challenges.MinBy(pair => pair.Value).Key);
        }

        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var expiresAt = clock.GetUtcNow() + options.Value.ChallengeLife;
        _challenges[Convert.ToHexStringLower(nonce)] = expiresAt;

        return Task.FromResult<AgentChallenge?>(new(nonce, expiresAt));
    }

    public async Task<AgentSession?> OpenSession(byte[] nonce, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var isOpen = _challenges.Remove(Convert.ToHexStringLower(nonce), out var until) && now < until;

        if (device.State.Provider is null || !isOpen)
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

    private static string Hash(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
