using System.Text.Json.Nodes;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>
/// How badly the chain behaves. A: requests lost, acknowledged and forgotten, answers lost, statuses hidden. B: also
/// delivered late, beyond the expiry of a blockhash, and rolled back again and again. C: also a black hole at the start.
/// </summary>
/// <param name="Name">A, B or C.</param>
/// <param name="LateSlotsMax">Deliveries come up to this many slots late; 0 for none.</param>
/// <param name="RollsBack">Whether nine blocks are dropped every 1.3 seconds.</param>
/// <param name="BlackHoleSlots">For how long nothing that is sent arrives in time.</param>
internal sealed record ChaosSetting(string Name, int LateSlotsMax, bool RollsBack, int BlackHoleSlots)
{
    public const int RollbackSlots = 9;

    private const int Always = int.MaxValue;
    private const int HoleLateSlotsMax = 375;

    public static readonly TimeSpan RollbackEvery = TimeSpan.FromMilliseconds(1_300);

    public static ChaosSetting Of(string name, int blackHoleSlots) => name switch
    {
        "A" => new(name, 0, false, 0),
        "B" => new(name, 275, true, 0),
        "C" => new(name, 275, true, blackHoleSlots),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A, B or C"),
    };

    /// <summary>After so many slots nothing that was sent is still on its way.</summary>
    public int QuietAfterSlots => Math.Max(LateSlotsMax, HoleLateSlotsMax) + 1;

    /// <summary>While the black hole is open: three of ten sends come out of it, late.</summary>
    public static IEnumerable<JsonObject> Hole() =>
    [
        Fault("late", 0.3, slots: HoleLateSlotsMax),
        Fault("ack_only", 0.7),
        Fault("hide", 0.25),
    ];

    public IEnumerable<JsonObject> Faults()
    {
        yield return Fault("drop", 0.20);
        yield return Fault("ack_only", 0.15);
        yield return Fault("hide", 0.25);

        if (LateSlotsMax == 0)
        {
            yield return Fault("drop_after", 0.15);
            yield break;
        }

        // 55 of 100 that arrive do so late, whether their answer is lost or not.
        yield return Fault("drop_after", 0.15 * 0.45);
        yield return Fault("late", 0.15 * 0.55, slots: LateSlotsMax, cut: true);
        yield return Fault("late", 0.50 * 0.55, slots: LateSlotsMax);
    }

    private static JsonObject Fault(string kind, double probability, int slots = 0, bool cut = false) => new()
    {
        ["kind"] = kind,
        ["count"] = Always,
        ["probability"] = probability,
        ["slots"] = slots,
        ["spread"] = slots > 0,
        ["cut"] = cut,
    };
}
