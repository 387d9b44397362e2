using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// A unit of a rejected frame to be checked. Nobody has shown its leaves, so whole samples of small blocks of its
/// pixels are traced again.
/// </summary>
/// <param name="Render">Its render.</param>
/// <param name="Renter">Who rejected it.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Sums">The unit and what was delivered of it.</param>
/// <param name="Blocks">
/// Places of blocks of <see cref="RenderLimits.RecheckEdge"/> pixels, row by row, in the order in which they are drawn:
/// as many as are checked, and then those that stand in for blocks that tell nothing.
/// </param>
public sealed record UnitRecheckRequest(
    RenderId Render, AccountId Renter, RenderOrder Order, UnitSums Sums, IReadOnlyList<int> Blocks)
{
    /// <summary>Blocks of a unit.</summary>
    public static int BlockCount(RenderUnit unit) => Parts(unit.Width) * Parts(unit.Height);

    private static int Parts(int pixels) => (pixels + RenderLimits.RecheckEdge - 1) / RenderLimits.RecheckEdge;
}
