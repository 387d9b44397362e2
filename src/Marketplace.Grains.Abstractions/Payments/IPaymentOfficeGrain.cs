using Marketplace.Domain;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>Looks after what came in by card, one thing at a time in the whole cluster; key 0.</summary>
[GrainInterfaceType("payment-office"), Alias("IPaymentOfficeGrain")]
public interface IPaymentOfficeGrain : IGrainWithIntegerKey
{
    /// <summary>Looks into stored events and into top-ups that are due, a bounded number of each.</summary>
    [Alias("Work")]
    Task Work(CancellationToken cancel = default);

    /// <summary>Works, and fetches and compares when that is due. Called again and again.</summary>
    [Alias("Keep")]
    Task Keep(CancellationToken cancel = default);

    /// <summary>Fetches events that never arrived; answers how many were new.</summary>
    [Alias("CatchUp")]
    Task<int> CatchUp(CancellationToken cancel = default);

    /// <summary>Looks into a parked event again. False when there is no such event.</summary>
    [Alias("Retry")]
    Task<bool> Retry(string eventId, AdminAct act, CancellationToken cancel = default);

    /// <summary>
    /// Compares the books with the processor's account, after asking about every line that no journal tells of. Null
    /// when cards are off.
    /// </summary>
    [Alias("Reconcile")]
    Task<ReconciliationView?> Reconcile(AdminAct? act, CancellationToken cancel = default);

    /// <summary>What the last comparison came to, or null.</summary>
    [Alias("LastReconciliation")]
    Task<ReconciliationView?> LastReconciliation(CancellationToken cancel = default);
}
