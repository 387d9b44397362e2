using System.Globalization;
using System.Text.Json;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>What a chaos run came to: a line of the table that <c>infra/payout-chaos.sh</c> prints.</summary>
internal sealed record ChaosReport
{
    public required string Setting { get; init; }

    public required string Lifetime { get; init; }

    public required int Payouts { get; init; }

    /// <summary>Wallets that hold more than they are owed.</summary>
    public required int Double { get; init; }

    /// <summary>Wallets that hold less than they are owed.</summary>
    public required int Missing { get; init; }

    public required int Chunks { get; init; }

    public required int Signatures { get; init; }

    /// <summary>Chunks that were proved dead and planned again.</summary>
    public required int Died { get; init; }

    public required int Failed { get; init; }

    public required int Crashes { get; init; }

    public required int Rollbacks { get; init; }

    public required JsonElement Faults { get; init; }

    public required double Seconds { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Setting} | {Lifetime} | {Payouts} | {Double} | {Missing} | {Chunks} | {Signatures} | {Died} | {Failed} "
            + $"| {Crashes} | {Rollbacks} | {Hits} | {Seconds:f1} |");

    private string Hits => string.Join(", ", Faults.EnumerateObject().Select(one => $"{one.Name} {one.Value}"));
}
