namespace Marketplace.Grains.Inference;

/// <summary>The side of a text job that only its check sees; key <c>job_…</c>.</summary>
[GrainInterfaceType("audited-job"), Alias("IAuditedJobGrain")]
internal interface IAuditedJobGrain : IGrainWithStringKey
{
    /// <summary>The check of the text with this root is over. Being told twice is harmless.</summary>
    [Alias("Judge")]
    Task Judge(string root, LogitAuditOutcome outcome, CancellationToken cancel = default);
}
