using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <summary>What a lane is about to have signed.</summary>
/// <param name="Message">The message.</param>
/// <param name="Tables">The lookup tables that its indexes are read with, as the chain tells them; or none.</param>
internal sealed record LaneMessage(Message Message, IReadOnlyList<LookupTable> Tables);
