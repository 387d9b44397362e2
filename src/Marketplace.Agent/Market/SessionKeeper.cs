using System.Text;
using Marketplace.Agent.Devices;
using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Market;

/// <summary>Signs in with the device's key and keeps the session's token fresh.</summary>
internal sealed class SessionKeeper(MarketHttp http, DeviceIdentity identity, TimeProvider time) : IDisposable
{
    // The rig's clock may be wrong, so the market's expiry is only believed between these two.
    private static readonly TimeSpan LifeMin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _one = new(1, 1);
    private Session? _session;

    /// <summary>A session with at least a fifth of its life left.</summary>
    public async Task<Session> Current(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);

        try
        {
            if (_session is null || time.GetUtcNow() >= _session.RenewAt)
            {
                _session = await SignIn(cancel);
            }

            return _session;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The market no longer takes this token.</summary>
    public void Forget(Session session) => Interlocked.CompareExchange(ref _session, null, session);

    public void Dispose() => _one.Dispose();

    private async Task<Session> SignIn(CancellationToken cancel)
    {
        var challenge = await http.Post<ChallengeResponse>(
            AgentRoutes.Challenge, new ChallengeRequest(AgentRoutes.Version, identity.DeviceId), null, cancel);

        var signature = identity.Key.Sign(SignedBytes(identity.DeviceId, Convert.FromBase64String(challenge!.Nonce)));

        var answer = await http.Post<SessionResponse>(
            AgentRoutes.Session,
            new SessionRequest(identity.DeviceId, challenge.Nonce, Convert.ToBase64String(signature)),
            null,
            cancel);

        var now = time.GetUtcNow();
        var life = TimeSpan.FromTicks(Math.Clamp((answer!.ExpiresAt - now).Ticks, LifeMin.Ticks, LifeMax.Ticks));

        return new Session(answer.Token, now + (life * 0.8));
    }

    internal static byte[] SignedBytes(string deviceId, byte[] nonce) =>
        [.. Encoding.ASCII.GetBytes($"{AgentRoutes.ChallengeContext}\0{deviceId}\0"), .. nonce];
}
