using Marketplace.Domain.Verification;

namespace Marketplace.Api.Renders;

/// <summary>How the units of a render were verified.</summary>
/// <param name="Committed" example="50">
/// Used units whose device had committed to its samples: each of them could have been checked.
/// </param>
/// <param name="Checked" example="12">Units that were traced again in part, with a verdict.</param>
/// <param name="Passed" example="11">Checked, and used.</param>
/// <param name="Failed" example="1">Not what was ordered: thrown away, unpaid, and made again by others.</param>
/// <param name="Doubted" example="0">
/// Neither the one nor the other: thrown away, unpaid, made again by others, and nobody blamed.
/// </param>
internal sealed record UnitAuditsResponse(int Committed, int Checked, int Passed, int Failed, int Doubted)
{
    public static UnitAuditsResponse? From(UnitAudits? audits) => audits is null
        ? null
        : new(
            audits.Committed,
            audits.Passed + audits.Failed + audits.Doubted,
            audits.Passed,
            audits.Failed,
            audits.Doubted);
}
