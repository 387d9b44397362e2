using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>A unit to be checked.</summary>
/// <param name="Render">Its render.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Sums">The unit and what was delivered of it.</param>
/// <param name="Leaves">What its device has shown of it.</param>
/// <param name="Root">Root over the leaves that it committed to, lower-case hex.</param>
/// <param name="Places">
/// Places of the unit's leaves in the order in which they are drawn: as many as are checked, and then those that stand
/// in for leaves that tell nothing.
/// </param>
/// <param name="Provider">Whose device made it.</param>
/// <param name="Renter">
/// Who ordered it: only so many of one provider's units for one renter wait at once. Whoever rents from itself must not
/// keep the units that it made for others from being checked.
/// </param>
public sealed record UnitAuditRequest(
    RenderId Render,
    RenderOrder Order,
    UnitSums Sums,
    OpenedLeaves Leaves,
    string Root,
    IReadOnlyList<int> Places,
    ProviderId Provider,
    AccountId Renter);
