using Marketplace.Grains.Abstractions.Payouts;

namespace Marketplace.Api.Admin;

/// <summary>A payout lane: one durable nonce account and what goes through it.</summary>
/// <param name="Lane" example="lane_0">The lane.</param>
/// <param name="NonceAccount">Base58 address of its nonce account.</param>
/// <param name="LiveChunk">The chunk on its way, or null.</param>
/// <param name="ChunkState" example="sent">Where that chunk stands, or null.</param>
/// <param name="Frozen" example="false">Whether payouts are stopped.</param>
/// <param name="Trouble">What keeps it, or null.</param>
internal sealed record LaneResponse(
    string Lane, string NonceAccount, string? LiveChunk, string? ChunkState, bool Frozen, string? Trouble)
{
    public static LaneResponse From(LaneView view) =>
        new(view.Lane, view.NonceAccount, view.LiveChunk, view.ChunkState, view.Frozen, view.Trouble);
}
