using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>
/// What a device has earned by its texts of one model, or by its units of renders; key <c>dev_…/</c> and the model's
/// SHA-256, or <c>render</c>.
/// </summary>
[GrainInterfaceType("audit-standing"), Alias("IAuditStandingGrain")]
internal interface IAuditStandingGrain : IGrainWithStringKey
{
    /// <summary>The probability, 0 to 1, that its next text or unit of this charge is checked.</summary>
    [Alias("Rate")]
    Task<double> Rate(Usdc charge, CancellationToken cancel = default);

    /// <summary>A text was checked. Being told twice of an attempt is harmless.</summary>
    [Alias("Judged")]
    Task Judged(AttemptId attempt, Usdc charge, LogitVerdict verdict, CancellationToken cancel = default);

    /// <summary>
    /// A unit was checked, or should have been and was not shown. Being told twice of an attempt is harmless.
    /// </summary>
    [Alias("Found")]
    Task Found(AttemptId attempt, Usdc charge, bool stands, CancellationToken cancel = default);

    /// <summary>
    /// What it said of another's text was not borne out: more of its own is checked for a while. Being told twice of
    /// an attempt is harmless.
    /// </summary>
    [Alias("Doubted")]
    Task Doubted(AttemptId attempt, CancellationToken cancel = default);
}
