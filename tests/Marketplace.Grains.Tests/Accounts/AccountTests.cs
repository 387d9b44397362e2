using System.Security.Cryptography;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Accounts;

[Collection(MarketCollection.Name)]
public sealed class AccountTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_stands_for_its_account_until_it_is_revoked()
    {
        var account = await Open();
        var secret = ApiKeySecret.Create(live: true, RandomNumberGenerator.GetBytes(ApiKeySecret.RandomBytes));
        var id = ApiKeyId.From(Guid.NewGuid());
        var key = new NewApiKey(id, "first", ApiKeyScopes.Renter, true, secret.Hint, secret.Hash, null);
        await account.IssueKey(key, Cancel);
        var grain = cluster.Grains.GetGrain<IApiKeyGrain>(secret.GrainKey);

        Assert.Equal(key.Id, (await grain.Authenticate(Cancel))!.Key);
        var provider = await account.BecomeProvider("Provider", Cancel);
        Assert.Equal(provider, (await grain.Authenticate(Cancel))!.Provider);
        Assert.Equal(provider, await account.BecomeProvider("Again", Cancel));
        Assert.True(await account.RevokeKey(key.Id, Cancel));
        Assert.Null(await grain.Authenticate(Cancel));
        Assert.False(await account.RevokeKey(ApiKeyId.From(Guid.NewGuid()), Cancel));
    }

    [Fact]
    public async Task A_key_that_was_never_issued_stands_for_nobody()
    {
        Assert.Null(await cluster.Grains.GetGrain<IApiKeyGrain>("akh_nobody").Authenticate(Cancel));
    }

    [Fact]
    public async Task A_code_enrols_one_device_and_only_that_one_may_ask_again()
    {
        var account = await Open();
        var provider = await account.BecomeProvider("Provider", Cancel);
        var code = await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).IssueEnrolmentCode(null, Cancel);
        var enrolment = cluster.Grains.GetGrain<IEnrolmentGrain>(EnrolmentKey.Of(code.Code!.ToUpperInvariant()));
        var spec = new DeviceSpec(DeviceKind.Host, "Box", 1, 1, "eu", 1, "0.1.0");

        var device = await enrolment.Redeem(new([1, 2, 3], spec), Cancel);
        Assert.Equal(provider, device!.Provider);
        Assert.Null(await enrolment.Redeem(new([3, 2, 1], spec), Cancel));
        Assert.Equal(device.Id, (await enrolment.Redeem(new([1, 2, 3], spec), Cancel))!.Id);
    }

    [Fact]
    public async Task A_code_that_is_too_old_enrols_nothing()
    {
        var provider = await (await Open()).BecomeProvider("Provider", Cancel);
        var code = await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).IssueEnrolmentCode(null, Cancel);
        cluster.Clock.Advance(TimeSpan.FromMinutes(11));
        var spec = new DeviceSpec(DeviceKind.Host, "Box", 1, 1, "eu", 1, "0.1.0");

        var enrolment = cluster.Grains.GetGrain<IEnrolmentGrain>(EnrolmentKey.Of(code.Code!));
        Assert.Null(await enrolment.Redeem(new([9], spec), Cancel));
    }

    [Fact]
    public async Task Earnings_are_payable_when_their_holdback_has_passed()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("stop", 0, Scene.Tokens(0, 4)), Cancel);
        var provider = scene.Devices[0].Provider;

        await cluster.Holdback.Run(Cancel);
        Assert.Equal(0, await cluster.Free(Chart.Payable(provider)));
        cluster.Clock.Advance(TimeSpan.FromDays(7));
        await cluster.Holdback.Run(Cancel);
        await cluster.Holdback.Run(Cancel);
        Assert.Equal(8, await cluster.Free(Chart.Payable(provider)));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(provider)));
    }

    private async Task<IAccountGrain> Open()
    {
        var account = cluster.Grains.GetGrain<IAccountGrain>(AccountId.From(Guid.NewGuid()).Value);
        await account.Open("Somebody", live: true, Cancel);
        return account;
    }
}
