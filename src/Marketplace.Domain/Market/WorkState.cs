namespace Marketplace.Domain.Market;

/// <summary>
/// The life cycle of a piece of work. Billable only while <see cref="Running"/>, for the accepted attempt.
/// </summary>
[GenerateSerializer, Alias("WorkState")]
public enum WorkState
{
    Queued = 0,
    Matched = 1,
    Running = 2,
    Verifying = 3,
    Succeeded = 4,
    Failed = 5,
    Cancelled = 6,
    Expired = 7,
}
