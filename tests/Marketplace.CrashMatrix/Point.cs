using Marketplace.Domain;

namespace Marketplace.CrashMatrix;

/// <summary>A checkpoint of the matrix.</summary>
/// <param name="Name">Its name in <see cref="Checkpoints"/>.</param>
/// <param name="HitsMin">
/// How often the story reaches it at least; the seed chooses at which of these it crashes.
/// </param>
public sealed record Point(string Name, int HitsMin)
{
    /// <summary>Points that the story reaches more than once, with how often at least.</summary>
    private static readonly Dictionary<string, int> Often = new(StringComparer.Ordinal)
    {
        [Checkpoints.JobAccepted] = 2,
        [Checkpoints.EscrowFunded] = 2,
        [Checkpoints.LeaseAssigned] = 2,
        [Checkpoints.LeaseDispatched] = 2,
        [Checkpoints.ResultStored] = 3,
        [Checkpoints.ChargePosted] = 2,
        [Checkpoints.ReceiptSigned] = 2,
        [Checkpoints.EscrowClosed] = 2,
        [Checkpoints.HoldbackPosted] = 2,
        [Checkpoints.PayoutRequested] = 2,
        [Checkpoints.PayoutScreened] = 2,
        [Checkpoints.ReviewDecided] = 2,
        [Checkpoints.UsdcRefundRequested] = 3,
        [Checkpoints.UsdcRefundScreened] = 3,
        [Checkpoints.DepositPosted] = 2,
        [Checkpoints.PayoutRow] = 6,
        [Checkpoints.ChunkPlanned] = 2,
        [Checkpoints.ChunkSigning] = 2,
        [Checkpoints.ChunkSigned] = 2,
        [Checkpoints.ChunkSent] = 2,
        [Checkpoints.ChunkFinalized] = 2,
        [Checkpoints.PayoutPosted] = 2,
        [Checkpoints.StripeEventStored] = 5,
        [Checkpoints.DisputePosted] = 2,
        [Checkpoints.OutboxSent] = 4,
    };

    /// <summary>The quick part of the matrix: where money is lost or doubled most easily.</summary>
    private static readonly string[] QuickNames =
    [
        Checkpoints.ChargePosted, Checkpoints.ChunkSigned, Checkpoints.ChunkSent, Checkpoints.ChunkFinalized,
        Checkpoints.DepositPosted, Checkpoints.RefundCalled,
    ];

    /// <summary>Reached only where people decide: in their stories every payout waits in the review queue.</summary>
    private static readonly string[] OfPeople = [Checkpoints.ReviewDecided, Checkpoints.PayoutRefused];

    public static IReadOnlyList<Point> All { get; } =
        [.. Checkpoints.All.Select(name => new Point(name, Often.GetValueOrDefault(name, 1)))];

    public static IReadOnlyList<Point> Quick { get; } = [.. QuickNames.Select(name => Find(name)!)];

    public bool IsOfPeople => OfPeople.Contains(Name, StringComparer.Ordinal);

    public static Point? Find(string name) => All.FirstOrDefault(point => point.Name == name);
}
