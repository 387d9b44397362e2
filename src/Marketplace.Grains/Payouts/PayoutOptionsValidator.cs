using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Checks the section at start and names the key and what is allowed.</summary>
internal sealed class PayoutOptionsValidator : IValidateOptions<PayoutOptions>
{
    private const int LanesMax = 64;
    private const int PerDayMax = 10_000;

    // The mint, the treasury's own account and one payee.
    private const int LookupAddressesMin = 3;

    // One lamport a unit: above it the signing policy would refuse the fee of a large transaction.
    private const long PriceMax = 1_000_000;

    public ValidateOptionsResult Validate(string? name, PayoutOptions options)
    {
        var problems = new List<string>();
        Amount("MinimumUsdc", options.MinimumUsdc);
        Amount("TransactionMaxUsdc", options.TransactionMaxUsdc);
        Amount("FourEyesAboveUsdc", options.FourEyesAboveUsdc);
        Amount("DailyFloatUsdc", options.DailyFloatUsdc);
        Check(
            InstantLadder.TryParse(options.InstantLadder, out _),
            $"InstantLadder '{options.InstantLadder}' must be rungs like 25:50 (percent:basis points) that rise.");
        Check(
            options.StandardRunEvery >= TimeSpan.Zero && options.StandardRunEvery <= TimeSpan.FromDays(1),
            $"StandardRunEvery {options.StandardRunEvery} must be 0 to 1.00:00:00.");
        Amount("SignedPerHourMaxUsdc", options.SignedPerHourMaxUsdc);
        Amount("SignedPerDayMaxUsdc", options.SignedPerDayMaxUsdc);
        Check(options.PerDay is >= 1 and <= PerDayMax, $"PerDay {options.PerDay} must be 1 to {PerDayMax}.");
        Check(options.Lanes is >= 1 and <= LanesMax, $"Lanes {options.Lanes} must be 1 to {LanesMax}.");
        Check(
            options.WalletChangeLock >= TimeSpan.Zero,
            $"WalletChangeLock {options.WalletChangeLock} must not be below 0.");
        Pace("StepEvery", options.StepEvery);
        Pace("SendEvery", options.SendEvery);
        Pace("ReplaceAfter", options.ReplaceAfter);
        Pace("SweepEvery", options.SweepEvery);
        Pace("LaneLease", options.LaneLease);
        Check(
            options.PriorityMin >= 0 && options.PriorityMin <= options.PriorityMax && options.PriorityMax <= PriceMax,
            $"PriorityMin {options.PriorityMin} and PriorityMax {options.PriorityMax} must rise from 0 to {PriceMax}.");
        Range("LookedUpPayeesMax", options.LookedUpPayeesMax, Chunk.PayoutsMax, Chunk.LookedUpPayoutsMax);
        Range("LookupTablesMax", options.LookupTablesMax, 1, SigningPolicy.TablesMax);
        Range("LookupAddressesMax", options.LookupAddressesMax, LookupAddressesMin, LookupTableAccount.AddressesMax);
        Range("LookupPaymentsMin", options.LookupPaymentsMin, 1, PerDayMax);
        Range("LookupPayeesMin", options.LookupPayeesMin, 1, SigningPolicy.TableExtendMax);
        Pace("LookupTablesEvery", options.LookupTablesEvery);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(bool allowed, string otherwise)
        {
            if (!allowed)
            {
                problems.Add($"{PayoutOptions.Section}:{otherwise}");
            }
        }

        void Range(string key, int value, int from, int to) =>
            Check(value >= from && value <= to, $"{key} {value} must be {from} to {to}.");

        void Amount(string key, decimal value) => Check(
            value >= 0 && value <= Usdc.Largest.Micros / Usdc.MicrosPerUsdc
                && decimal.Truncate(value * Usdc.MicrosPerUsdc) == value * Usdc.MicrosPerUsdc,
            $"{key} {value} must be an amount of USDC with at most six places.");

        void Pace(string key, TimeSpan value) => Check(
            value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromHours(1),
            $"{key} {value} must be 00:00:00.001 to 01:00:00.");
    }
}
