using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>
/// What an account's batches and files are together; key <c>acc_…</c>. It stores nothing: what it forgets it reads in
/// the register, and batches that run tell it again.
/// </summary>
[GrainInterfaceType("batch-desk"), Alias("IBatchDeskGrain")]
public interface IBatchDeskGrain : IGrainWithStringKey
{
    /// <summary>Asks for one more unfinished batch; again for the same, the same answer.</summary>
    [Alias("Admit")]
    Task<AdmitOutcome> Admit(BatchId batch, CancellationToken cancel = default);

    /// <summary>
    /// How many lines this batch may have under way, those that it has among them: what the account may have is shared
    /// evenly. To be asked again within minutes; what a silent batch had is given to others.
    /// </summary>
    [Alias("Share")]
    Task<int> Share(BatchId batch, int underWay, CancellationToken cancel = default);

    /// <summary>No line of the batch is under way any more.</summary>
    [Alias("Leave")]
    Task Leave(BatchId batch, CancellationToken cancel = default);

    /// <summary>Asks for one more file, before its bytes are read; again for the same, the same answer.</summary>
    [Alias("BeginUpload")]
    Task<AdmitOutcome> BeginUpload(FileId file, CancellationToken cancel = default);

    /// <summary>The file is in the register, or came to nothing.</summary>
    [Alias("EndUpload")]
    Task EndUpload(FileId file, CancellationToken cancel = default);
}
