using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>A device; key <c>dev_…</c>.</summary>
[GrainInterfaceType("device"), Alias("IDeviceGrain")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>Enrols the device; called once by the enrolment code, harmless again with the same key.</summary>
    [Alias("Enrol")]
    Task<DeviceView> Enrol(ProviderId provider, NewDevice device, CancellationToken cancel = default);

    /// <summary>The device, or null when it was never enrolled.</summary>
    [Alias("Describe")]
    Task<DeviceView?> Describe(CancellationToken cancel = default);

    /// <summary>Changes what the provider asks; touches future attempts only.</summary>
    [Alias("SetAsk")]
    Task<DeviceView> SetAsk(DeviceAsk ask, CancellationToken cancel = default);

    /// <summary>Begins a sign-in.</summary>
    [Alias("Challenge")]
    Task<AgentChallenge?> Challenge(CancellationToken cancel = default);

    /// <summary>
    /// Ends a sign-in: the signature over the nonce is checked by the caller against the device's key.
    /// </summary>
    [Alias("OpenSession")]
    Task<AgentSession?> OpenSession(byte[] nonce, CancellationToken cancel = default);

    /// <summary>Whether the token belongs to a live session.</summary>
    [Alias("IsSession")]
    Task<bool> IsSession(string token, CancellationToken cancel = default);

    /// <summary>
    /// The agent is there, with this many free slots, running these attempts. Answers which of them it should give up.
    /// </summary>
    [Alias("Heartbeat")]
    Task<IReadOnlyList<AttemptId>> Heartbeat(DeviceHeartbeat heartbeat, CancellationToken cancel = default);

    /// <summary>Which models the agent has at hand; in memory, as it says it again and again.</summary>
    [Alias("KeepModels")]
    Task KeepModels(DeviceModels models, CancellationToken cancel = default);

    /// <summary>The agent's connection ended; the device leaves the market until it is heard again.</summary>
    [Alias("Disconnected")]
    Task Disconnected(CancellationToken cancel = default);

    /// <summary>Asks for a place. Asking again with the same attempt is harmless.</summary>
    [Alias("Reserve")]
    Task<ReserveOutcome> Reserve(DeviceHold hold, CancellationToken cancel = default);

    /// <summary>Gives a place back after work that was done, or never begun; harmless when it is not held.</summary>
    [Alias("Release")]
    Task Release(AttemptId attempt, CancellationToken cancel = default);

    /// <summary>Gives a place back while the agent may be at work: it is told to give the attempt up.</summary>
    [Alias("Abandon")]
    Task Abandon(AttemptId attempt, CancellationToken cancel = default);

    /// <summary>
    /// Whether the device is there and, as far as it has said, at work on this attempt. Jobs ask when they are woken.
    /// </summary>
    [Alias("Runs")]
    Task<bool> Runs(AttemptId attempt, CancellationToken cancel = default);

    /// <summary>Takes no new work from now on.</summary>
    [Alias("Drain")]
    Task Drain(AdminAct act, CancellationToken cancel = default);

    /// <summary>Takes new work again.</summary>
    [Alias("Undrain")]
    Task Undrain(AdminAct act, CancellationToken cancel = default);

    /// <summary>Follows its provider into or out of a suspension.</summary>
    [Alias("FollowProvider")]
    Task FollowProvider(bool suspended, CancellationToken cancel = default);

    /// <summary>A result of it was checked and does not stand. Being told twice of an attempt is harmless.</summary>
    [Alias("FailAudit")]
    Task FailAudit(AttemptId attempt, string work, CancellationToken cancel = default);

    /// <summary>Forgives the failed checks so far.</summary>
    [Alias("Reinstate")]
    Task Reinstate(AdminAct act, CancellationToken cancel = default);
}
