using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Devices;

/// <summary>A device: what it is and asks (stored), and whether it is there and what it has taken on (heard).</summary>
[GrainType("device")]
internal sealed partial class DeviceGrain(
    [PersistentState("device")] IPersistentState<DeviceState> device,
    IRegister register,
    DeviceDirectory directory,
    AdminActs acts,
    IOptions<DeviceOptions> options,
    IOptions<VerificationOptions> verification,
    TimeProvider clock) : Grain, IDeviceGrain
{
    /// <summary>What a device asks until its provider says otherwise.</summary>
    private static readonly DeviceAsk AskAtFirst =
        new(Usdc.FromMicros(50_000), Usdc.FromMicros(200_000), Usdc.FromMicros(10_000));

    private readonly Presence _presence = new(options.Value, clock.GetUtcNow());

    /// <summary>The standing that the register tells, as far as this activation knows.</summary>
    private DeviceStanding? _registered;

    /// <summary>The models that its agent told of last.</summary>
    private DeviceModels? _models;

    private DeviceId Id => DeviceId.Parse(this.GetPrimaryKeyString());

    private DeviceStanding Standing => device.State switch
    {
        { Suspended: true } => DeviceStanding.Suspended,
        { Drained: true } => DeviceStanding.Draining,
        _ when Failures >= verification.Value.FailuresMax => DeviceStanding.SetAside,
        _ => DeviceStanding.Listed,
    };

    public async Task<DeviceView> Enrol(ProviderId provider, NewDevice news, CancellationToken cancel = default)
    {
        if (device.State.Provider is { } owner && owner != provider)
        {
            throw new InvalidOperationException($"Device {Id} belongs to {owner}.");
        }

        if (device.State.Provider is null || device.State.Spec != news.Spec)
        {
            var isNew = device.State.Provider is null;
            await this.Save(device, device.State with
            {
                Provider = provider,
                PublicKey = news.PublicKey,
                Spec = news.Spec,
                Ask = device.State.Ask ?? AskAtFirst,
                EnrolledAt = isNew ? clock.GetUtcNow() : device.State.EnrolledAt,
            });
        }

        await Register(cancel);
        return View();
    }

    public Task<DeviceView?> Describe(CancellationToken cancel = default) =>
        Task.FromResult(device.State.Provider is null ? null : View());

    public async Task<DeviceView> SetAsk(DeviceAsk ask, CancellationToken cancel = default)
    {
        RequireEnrolled();
        await this.Save(device, device.State with { Ask = ask });
        await Register(cancel);
        await Publish(cancel);
        return View();
    }

    public async Task<IReadOnlyList<AttemptId>> Heartbeat(DeviceHeartbeat heartbeat, CancellationToken cancel = default)
    {
        RequireEnrolled();
        var unwanted = _presence.Beat(heartbeat.SlotsFree, heartbeat.Running, clock.GetUtcNow());

        if (_registered != Standing)
        {
            // Time alone ends what set it aside, and this activation may know of no register.
            await Register(cancel);
        }

        await Publish(cancel);
        return unwanted;
    }

    public Task KeepModels(DeviceModels models, CancellationToken cancel = default)
    {
        RequireEnrolled();

        if (models == _models)
        {
            return Task.CompletedTask;
        }

        _models = models;
        return Publish(cancel);
    }

    public async Task Disconnected(CancellationToken cancel = default)
    {
        if (device.State.Provider is not null)
        {
            _presence.Leave(clock.GetUtcNow());

            // It may come back as another process with nothing loaded.
            _models = null;
            await Book().Withdraw(Id, cancel);
        }
    }

    public Task<ReserveOutcome> Reserve(DeviceHold hold, CancellationToken cancel = default)
    {
        RequireEnrolled();
        var now = clock.GetUtcNow();
        var outcome = DeviceHold.Decide(_presence.Holds, Standing, device.State.Spec!.Slots, hold, now);

        if (outcome is ReserveOutcome.Reserved reserved)
        {
            // Whoever asks for work is there.
            _presence.Hear(now);
            _presence.Keep(reserved.Hold);
        }

        return Task.FromResult(outcome);
    }

    public Task Release(AttemptId attempt, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        _presence.Release(attempt, now);

        if (device.State.Provider is not null && _presence.IsConnected(now))
        {
            // A hinted agent does not ask again by itself, so the book would think the place taken until the next
            // heartbeat. One message that nobody waits for costs less than a question of the agent after each piece.
            Publish(CancellationToken.None).Ignore();
        }

        return Task.CompletedTask;
    }

    public Task Abandon(AttemptId attempt, CancellationToken cancel = default)
    {
        _presence.Abandon(attempt, clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task<bool> Runs(AttemptId attempt, CancellationToken cancel = default) =>
        Task.FromResult(_presence.Runs(attempt, clock.GetUtcNow()));

    public async Task Drain(AdminAct act, CancellationToken cancel = default)
    {
        RequireEnrolled();
        await acts.Record(act, "device.drain", Id.Value, cancel);
        await Stand(device.State with { Drained = true }, cancel);
    }

    public async Task Undrain(AdminAct act, CancellationToken cancel = default)
    {
        RequireEnrolled();
        await acts.Record(act, "device.undrain", Id.Value, cancel);
        await Stand(device.State with { Drained = false }, cancel);
    }

    public async Task FollowProvider(bool suspended, CancellationToken cancel = default)
    {
        if (device.State.Provider is not null)
        {
            await Stand(device.State with { Suspended = suspended }, cancel);
        }
    }

    private async Task Stand(DeviceState next, CancellationToken cancel)
    {
        if (next != device.State)
        {
            await this.Save(device, next);
        }

        await Register(cancel);
        await Publish(cancel);
    }

    /// <summary>
    /// Tells the book of its class what is true now: an offer while it is there and listed, else nothing.
    /// </summary>
    private Task Publish(CancellationToken cancel)
    {
        var isOffered = Standing == DeviceStanding.Listed && _presence.IsConnected(clock.GetUtcNow());

        return isOffered ? Book().Publish(Offer(), cancel) : Book().Withdraw(Id, cancel);
    }

    private Offer Offer() => new(
        Id,
        device.State.Provider!.Value,
        device.State.Spec!,
        device.State.Ask!,
        Math.Max(0, device.State.Spec!.Slots - _presence.Running(clock.GetUtcNow())),
        _presence.HeardAt ?? clock.GetUtcNow(),
        _models);

    private async Task Register(CancellationToken cancel)
    {
        var detail = new ListDetail.Device(
            DeviceClass.Of(device.State.Spec!), device.State.Spec!, device.State.Ask!, device.State.EnrolledAt);

        await register.Put(
            [
                new(
                    RegisterKinds.Device,
                    Id.Value,
                    device.State.Provider!.Value.Value,
                    DeviceDirectory.Word(Standing),
                    ListDetail.Write(detail),
                    null),
            ],
            cancel);
        directory.Forget();
        _registered = Standing;
    }

    private IOrderBookGrain Book() =>
        GrainFactory.GetGrain<IOrderBookGrain>(OrderBookGrain.KeyOf(DeviceClass.Of(device.State.Spec!)));

    private void RequireEnrolled()
    {
        if (device.State.Provider is null)
        {
            throw new InvalidOperationException($"Device {Id} was never enrolled.");
        }
    }

    private DeviceView View()
    {
        var now = clock.GetUtcNow();

        return new(
            Id,
            device.State.Provider!.Value,
            device.State.Spec!,
            device.State.Ask!,
            Standing,
            _presence.IsConnected(now),
            _presence.HeardAt,
            _presence.Running(now),
            device.State.PublicKey,
            device.State.EnrolledAt,
            Failures,
            _models);
    }
}
