using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A render; key <c>rnd_…</c>.</summary>
[GrainInterfaceType("render"), Alias("IRenderGrain")]
public interface IRenderGrain : IGrainWithStringKey
{
    /// <summary>
    /// Funds and stores the render. Again with the same order: the first answer; with another: refused.
    /// </summary>
    [Alias("Start")]
    Task<SubmitOutcome> Start(AccountId account, RenderOrder order, CancellationToken cancel = default);

    /// <summary>The render, or null when it was never started.</summary>
    [Alias("Describe")]
    Task<RenderView?> Describe(CancellationToken cancel = default);

    /// <summary>Its ticket while units wait for a device, else null.</summary>
    [Alias("Ticket")]
    Task<WorkTicket?> Ticket(CancellationToken cancel = default);

    /// <summary>Gives the next unit to a device that has reserved a place; null when none waits.</summary>
    [Alias("Assign")]
    Task<WorkOrder?> Assign(Offer offer, AttemptId attempt, CancellationToken cancel = default);

    /// <summary>Whether the device works on it now and needs the file of this hash for that.</summary>
    [Alias("Needs")]
    Task<bool> Needs(DeviceId device, string sha256, CancellationToken cancel = default);

    /// <summary>
    /// Takes a finished unit. One whose device commits to its leaves may be drawn to be checked: it is to be delivered
    /// again, with them.
    /// </summary>
    [Alias("Deliver")]
    Task<DeliverOutcome> Deliver(AttemptId attempt, UnitDelivery delivery, CancellationToken cancel = default);

    /// <summary>The attempt failed on the rig.</summary>
    [Alias("Fail")]
    Task<DeliverOutcome> Fail(AttemptId attempt, Ending ending, CancellationToken cancel = default);

    /// <summary>The attempt's device fell silent; true when its unit waits again.</summary>
    [Alias("Lose")]
    Task<bool> Lose(AttemptId attempt, CancellationToken cancel = default);

    /// <summary>
    /// The assembler begins with a frame. Counted before the work, so that a frame that takes its host down does not do
    /// so for ever. False: leave it, it is not wanted or was tried often enough.
    /// </summary>
    [Alias("BeginFrame")]
    Task<bool> BeginFrame(int frame, CancellationToken cancel = default);

    /// <summary>Answer of the assembler.</summary>
    [Alias("FrameAssembled")]
    Task FrameAssembled(int frame, FrameOutcome outcome, CancellationToken cancel = default);

    /// <summary>
    /// Looks at deadlines and posts what a crash left unposted; called by the sweep. True when units wait for a device.
    /// </summary>
    [Alias("Wake")]
    Task<bool> Wake(CancellationToken cancel = default);

    /// <summary>
    /// Gives no more units out; attempts at work go on to their end. The deadline moves by the length of the pause,
    /// which has a limit. Null when it was never started.
    /// </summary>
    [Alias("Pause")]
    Task<RenderView?> Pause(CancellationToken cancel = default);

    /// <summary>Gives units out again.</summary>
    [Alias("Resume")]
    Task<RenderView?> Resume(CancellationToken cancel = default);

    /// <summary>
    /// What happens, from the picture after this one to the end: states and progress as they are when somebody looks,
    /// and every picture once.
    /// </summary>
    [Alias("Watch")]
    IAsyncEnumerable<RenderEvent> Watch(int afterFrame);

    /// <summary>Cancels; <see cref="FrameBill"/> says what is charged, the rest goes back.</summary>
    [Alias("Cancel")]
    Task<RenderView?> Cancel(CancellationToken cancel = default);
}
