using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Grains.Accounts;

/// <summary>Knows whom one secret stands for.</summary>
[GrainType("api-key")]
internal sealed class ApiKeyGrain(
    [PersistentState("api-key")] IPersistentState<ApiKeyState> stored, TimeProvider clock) : Grain, IApiKeyGrain
{
    public async Task Register(ApiKeyView key, ProviderId? provider, CancellationToken cancel = default)
    {
        if (stored.State.Key is null)
        {
            await this.Save(stored, new ApiKeyState { Key = key, Provider = provider });
        }
    }

    public Task<Caller?> Authenticate(CancellationToken cancel = default)
    {
        if (stored.State.Key is not { } key)
        {
            // A guessed key leaves nothing behind in memory.
            DeactivateOnIdle();
            return Task.FromResult<Caller?>(null);
        }

        var isLive = key.RevokedAt is null && (key.ExpiresAt is null || clock.GetUtcNow() < key.ExpiresAt);

        return Task.FromResult(isLive ? new Caller(key.Account, key.Id, key.Scopes, stored.State.Provider) : null);
    }

    public async Task Revoke(CancellationToken cancel = default)
    {
        if (stored.State.Key is { RevokedAt: null } key)
        {
            await this.Save(stored, stored.State with { Key = key with { RevokedAt = clock.GetUtcNow() } });
        }
    }

    public async Task AttachProvider(ProviderId provider, CancellationToken cancel = default)
    {
        if (stored.State.Key is not null && stored.State.Provider != provider)
        {
            await this.Save(stored, stored.State with { Provider = provider });
        }
    }
}
