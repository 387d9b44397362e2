using System.Security.Cryptography;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Devices;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Providers;

/// <summary>A provider: who it is, where its money goes, whether it may trade.</summary>
[GrainType("provider")]
internal sealed partial class ProviderGrain(
    [PersistentState("provider")] IPersistentState<ProviderState> provider,
    IRegister register,
    AdminActs acts,
    ScreeningDesk screening,
    IOptions<DeviceOptions> options,
    TimeProvider clock) : Grain, IProviderGrain
{
    /// <summary>Devices of one page while a suspension goes to all of them.</summary>
    public const int DevicesPerPage = 1_000;

    /// <summary>Requests for codes that are remembered; of more, the oldest are forgotten.</summary>
    public const int CodeRequestsMax = 100;

    /// <summary>After this time the sweep finishes a suspension, or its end, that was cut off.</summary>
    public static readonly TimeSpan TellingLook = TimeSpan.FromSeconds(30);

    private const int CodeBytes = 16;

    private ProviderId Id => ProviderId.Parse(this.GetPrimaryKeyString());

    public async Task<ProviderView> Open(
        AccountId account, string name, bool live, CancellationToken cancel = default)
    {
        if (provider.State.Name is null)
        {
            await this.Save(
                provider,
                provider.State with
                {
                    Name = name,
                    Account = account,
                    IsTest = !live,
                    CreatedAt = clock.GetUtcNow(),
                });
        }

        await register.Put([Row()], cancel);
        await ScreenNow(ScreenPurpose.Onboarding, cancel);
        return View();
    }

    public Task<ProviderView?> Describe(CancellationToken cancel = default) =>
        Task.FromResult(provider.State.Name is null ? null : View());

    public async Task<EnrolmentCode> IssueEnrolmentCode(string? request, CancellationToken cancel = default)
    {
        RequireOpen();
        var now = clock.GetUtcNow();
        var live = provider.State.CodeRequests.Where(known => now < known.ExpiresAt).ToArray();

        if (request is not null && live.FirstOrDefault(known => known.Request == request) is { } repeated)
        {
            return new(null, repeated.ExpiresAt);
        }

        var code = Base32.Write(RandomNumberGenerator.GetBytes(CodeBytes));
        var expiresAt = now + options.Value.EnrolmentCodeLife;

        if (request is not null)
        {
            // Before the code exists: a crash between the two costs a code that nobody saw.
            var requests = live.Prepend(new(request, expiresAt)).Take(CodeRequestsMax);
            await this.Save(provider, provider.State with { CodeRequests = [.. requests] });
        }

        await GrainFactory.GetGrain<IEnrolmentGrain>(EnrolmentKey.Of(code)).Issue(Id, expiresAt, cancel);
        return new(code, expiresAt);
    }

    public async Task Suspend(AdminAct act, CancellationToken cancel = default)
    {
        RequireOpen();
        await acts.Record(act, SuspendAction, Id.Value, cancel);
        await Stand(act.Reason.Trim(), cancel);
    }

    public async Task Resume(AdminAct act, CancellationToken cancel = default)
    {
        RequireOpen();
        await acts.Record(act, ResumeAction, Id.Value, cancel);
        await Stand(suspendedReason: null, cancel);
    }

    public Task Wake(CancellationToken cancel = default) => provider.State switch
    {
        { Name: null } => Task.CompletedTask,
        { IsTelling: true } => FinishTelling(cancel),
        _ => register.Put([Row()], cancel),
    };

    private async Task Stand(string? suspendedReason, CancellationToken cancel)
    {
        // Due first: whatever a crash cuts off after this, the sweep finds the provider and finishes it.
        await register.Put([Row(clock.GetUtcNow() + TellingLook)], cancel);
        await this.Save(provider, provider.State with { SuspendedReason = suspendedReason, IsTelling = true });
        await FinishTelling(cancel);
    }

    private async Task FinishTelling(CancellationToken cancel)
    {
        await register.Put([Row(clock.GetUtcNow() + TellingLook)], cancel);
        await TellDevices(provider.State.SuspendedReason is not null, cancel);
        await this.Save(provider, provider.State with { IsTelling = false });
        await register.Put([Row()], cancel);
    }

    private async Task TellDevices(bool suspended, CancellationToken cancel)
    {
        // Every page is further down the list, so this ends.
        for (long? before = null; ;)
        {
            var page = await register.List(RegisterKinds.Device, Id.Value, null, before, DevicesPerPage, cancel);

            foreach (var device in page)
            {
                await GrainFactory.GetGrain<IDeviceGrain>(device.Id).FollowProvider(suspended, cancel);
            }

            if (page.Count < DevicesPerPage)
            {
                return;
            }

            before = page[^1].Sequence;
        }
    }

    private void RequireOpen()
    {
        if (provider.State.Name is null)
        {
            throw new InvalidOperationException($"Provider {Id} was never opened.");
        }
    }

    private ProviderView View() => new(
        Id,
        provider.State.Account,
        provider.State.Name!,
        provider.State.Wallet,
        provider.State.WalletChangedAt,
        provider.State.SuspendedReason is not null,
        provider.State.SuspendedReason,
        provider.State.CreatedAt,
        provider.State.IsTest,
        provider.State.Identity);

    private RegisterRow Row(DateTimeOffset? dueAt = null) => new(
        RegisterKinds.Provider,
        Id.Value,
        provider.State.Account.Value,
        provider.State.SuspendedReason is null ? "active" : "suspended",
        ListDetail.Write(new ListDetail.Provider(
            provider.State.Name!, provider.State.Wallet, provider.State.SuspendedReason)),
        dueAt);
}
