using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;
using Orleans.Concurrency;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>A text or embedding job; key <c>job_…</c>.</summary>
[GrainInterfaceType("inference-job"), Alias("IInferenceJobGrain")]
public interface IInferenceJobGrain : IGrainWithStringKey
{
    /// <summary>Funds and stores the job. Again with the same order: the first answer; with another: refused.</summary>
    [Alias("Start")]
    Task<SubmitOutcome> Start(AccountId account, InferenceOrder order, CancellationToken cancel = default);

    /// <summary>The job, or null when it was never started.</summary>
    [Alias("Describe")]
    Task<JobView?> Describe(CancellationToken cancel = default);

    /// <summary>Its ticket while it waits for a device, else null.</summary>
    [Alias("Ticket")]
    Task<WorkTicket?> Ticket(CancellationToken cancel = default);

    /// <summary>
    /// Opens an attempt on a device that has reserved a place; null when the job does not wait any more.
    /// </summary>
    [Alias("Assign")]
    Task<WorkOrder?> Assign(Offer offer, AttemptId attempt, CancellationToken cancel = default);

    /// <summary>Whether the device works on it now and needs the file of this hash for that.</summary>
    [Alias("Needs")]
    Task<bool> Needs(DeviceId device, string sha256, CancellationToken cancel = default);

    /// <summary>Takes tokens of an attempt.</summary>
    [Alias("Accept")]
    Task<DeliverOutcome> Accept(AttemptId attempt, TokenBatch batch, CancellationToken cancel = default);

    /// <summary>Takes the end of an attempt.</summary>
    [Alias("Complete")]
    Task<DeliverOutcome> Complete(AttemptId attempt, TextDelivery delivery, CancellationToken cancel = default);

    /// <summary>Takes the end of an attempt at embeddings.</summary>
    [Alias("CompleteEmbedding")]
    Task<DeliverOutcome> CompleteEmbedding(
        AttemptId attempt, EmbeddingDelivery delivery, CancellationToken cancel = default);

    /// <summary>Takes what a second verifier of the text has measured.</summary>
    [Alias("CompleteAudit")]
    Task<DeliverOutcome> CompleteAudit(AttemptId attempt, AuditDelivery delivery, CancellationToken cancel = default);

    /// <summary>
    /// The attempt failed on the rig: another device is tried, unless two providers hold the order itself at fault.
    /// </summary>
    [Alias("Fail")]
    Task<DeliverOutcome> Fail(AttemptId attempt, Ending ending, CancellationToken cancel = default);

    /// <summary>The attempt's device fell silent; true when the job waits again.</summary>
    [Alias("Lose")]
    Task<bool> Lose(AttemptId attempt, CancellationToken cancel = default);

    /// <summary>
    /// A line of a batch gives its place to somebody who waits, now or once it has made a little: what was made stays,
    /// the job waits again, and nobody is blamed. False where it need not.
    /// </summary>
    [Alias("Yield")]
    Task<bool> Yield(AttemptId attempt, CancellationToken cancel = default);

    /// <summary>
    /// Looks at deadlines and posts what a crash left unposted; called by the sweep. True when it waits for a device.
    /// </summary>
    [Alias("Wake")]
    Task<bool> Wake(CancellationToken cancel = default);

    /// <summary>Cancels; what was made is billed, the rest goes back. Harmless when the job is over.</summary>
    [Alias("Cancel")]
    Task<JobView?> Cancel(CancellationToken cancel = default);

    /// <summary>
    /// Waits for the whole answer, a few seconds at most: then ask again. A text that waits for its check is given when
    /// the check has taken longer than the patience.
    /// </summary>
    [Alias("Answer"), AlwaysInterleave]
    Task<AnswerOutcome> Answer(TimeSpan patience, CancellationToken cancel = default);

    /// <summary>State changes and tokens after the given number, to the end of the job.</summary>
    [Alias("Watch")]
    IAsyncEnumerable<JobEvent> Watch(int afterToken);
}
