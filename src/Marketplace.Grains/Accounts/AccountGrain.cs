using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Accounts;

/// <summary>A customer: name, keys, and the provider it may have become.</summary>
[GrainType("account")]
internal sealed partial class AccountGrain(
    [PersistentState("account")] IPersistentState<AccountState> account,
    WorkBooks books,
    IRegister register,
    AdminActs acts,
    AssetRows assets,
    TimeProvider clock) : Grain, IAccountGrain
{
    /// <summary>Keys an account may have; revoked ones make room.</summary>
    public const int KeysMax = 100;

    private AccountId Id => AccountId.Parse(this.GetPrimaryKeyString());

    public async Task<AccountView> Open(string name, bool live, CancellationToken cancel = default)
    {
        if (account.State.Name is null)
        {
            await this.Save(
                account, account.State with { Name = name, IsTest = !live, CreatedAt = clock.GetUtcNow() });
        }

        await register.Put([Row()], cancel);
        return View();
    }

    public Task<AccountView?> Describe(CancellationToken cancel = default) =>
        Task.FromResult(account.State.Name is null ? null : View());

    public async Task<ProviderId> BecomeProvider(string name, CancellationToken cancel = default)
    {
        RequireOpen();
        var provider = ProviderId.From(PrefixedId.Derive("provider", Id.Value));

        await GrainFactory.GetGrain<IProviderGrain>(provider.Value).Open(Id, name, !account.State.IsTest, cancel);

        if (account.State.Provider is null)
        {
            await this.Save(account, account.State with { Provider = provider });
        }

        foreach (var key in account.State.Keys.Where(key => key.View.RevokedAt is null))
        {
            await Key(key).AttachProvider(provider, cancel);
        }

        await register.Put([Row()], cancel);
        return provider;
    }

    public async Task<IssueKeyOutcome> IssueKey(NewApiKey key, CancellationToken cancel = default)
    {
        RequireOpen();
        var known = account.State.Keys.FirstOrDefault(held => held.View.Id == key.Id);
        var isRepeat = known is not null;

        if (known is not null && !IsFor(known.View, key))
        {
            return new IssueKeyOutcome.IdTaken();
        }

        if (!AccountMode.MayHave(!account.State.IsTest, key.Scopes, key.Live))
        {
            return new IssueKeyOutcome.OtherMode();
        }

        if (known is null)
        {
            if (account.State.Keys.Count(held => held.View.RevokedAt is null) >= KeysMax)
            {
                return new IssueKeyOutcome.TooMany(KeysMax);
            }

            known = new(
                new(key.Id, Id, key.Name, key.Scopes, key.Live, key.Hint, clock.GetUtcNow(), key.ExpiresAt, null),
                key.SecretHash);
            await this.Save(account, account.State with { Keys = [known, .. Kept(account.State.Keys)] });
        }

        await Key(known).Register(known.View, account.State.Provider, cancel);
        await register.Put([Row(known.View)], cancel);
        return new IssueKeyOutcome.Issued(known.View, isRepeat);
    }

    public async Task<bool> RevokeKey(ApiKeyId key, CancellationToken cancel = default)
    {
        var known = account.State.Keys.FirstOrDefault(held => held.View.Id == key);

        if (known is null)
        {
            return false;
        }

        // The key itself first: from then on it opens nothing, whatever happens here.
        await Key(known).Revoke(cancel);

        if (known.View.RevokedAt is null)
        {
            var revoked = known with { View = known.View with { RevokedAt = clock.GetUtcNow() } };
            var keys = account.State.Keys.Select(held => held.View.Id == key ? revoked : held);
            await this.Save(account, account.State with { Keys = [.. keys] });
            known = revoked;
        }

        await register.Put([Row(known.View)], cancel);
        return true;
    }

    public Task<IReadOnlyList<ApiKeyView>> Keys(CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<ApiKeyView>>([.. account.State.Keys.Select(key => key.View)]);

    public async Task<bool> Credit(string grantId, Usdc amount, AdminAct act, CancellationToken cancel = default)
    {
        RequireOpen();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(amount, Usdc.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, Usdc.Largest);

        AdminActs.Check(act);

        var outcome = await books.Post(Entry.Of(PromoJournals.Grant(grantId, Id, amount)), cancel);

        if (outcome is PostOutcome.Conflict)
        {
            return false;
        }

        if (!outcome.Stands)
        {
            throw new InvalidOperationException($"The books refused the credit {grantId}: {outcome}");
        }

        // After the books, since they may refuse; a crash between them is healed by the repeat.
        await acts.Record(act, $"account.credit {amount}", Id.Value, cancel);
        return true;
    }

    private static bool IsFor(ApiKeyView known, NewApiKey wanted) =>
        known.Name == wanted.Name
        && known.Scopes == wanted.Scopes
        && known.Live == wanted.Live
        && known.ExpiresAt == wanted.ExpiresAt;

    /// <summary>The keys that stay when one is added: the longest revoked makes room.</summary>
    private static IEnumerable<AccountKey> Kept(IReadOnlyList<AccountKey> keys)
    {
        if (keys.Count < KeysMax)
        {
            return keys;
        }

        var oldest = keys.Last(key => key.View.RevokedAt is not null);

        return keys.Where(key => key != oldest);
    }

    private void RequireOpen()
    {
        if (account.State.Name is null)
        {
            throw new InvalidOperationException($"Account {Id} was never opened.");
        }
    }

    private IApiKeyGrain Key(AccountKey key) =>
        GrainFactory.GetGrain<IApiKeyGrain>(ApiKeySecret.GrainPrefix + key.SecretHash);

    private AccountView View() => new(
        Id, account.State.Name!, account.State.CreatedAt, account.State.Provider, account.State.IsTest);

    private RegisterRow Row() => new(
        RegisterKinds.Account,
        Id.Value,
        Id.Value,
        "open",
        ListDetail.Write(new ListDetail.Account(account.State.Name!, account.State.Provider)),
        null);

    private RegisterRow Row(ApiKeyView key) => new(
        RegisterKinds.ApiKey,
        key.Id.Value,
        Id.Value,
        key.RevokedAt is null ? "live" : "revoked",
        ListDetail.Write(new ListDetail.ApiKey(key.Name, key.Scopes, key.Live, key.Hint, key.ExpiresAt, key.RevokedAt)),
        null);
}
