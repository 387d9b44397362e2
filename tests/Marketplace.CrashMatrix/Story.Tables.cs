using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.CrashMatrix;

/// <content>The wallet that was paid is put into a lookup table of the treasury, at its cost.</content>
internal sealed partial class Story
{
    private static readonly TimeSpan TableMax = TimeSpan.FromSeconds(150);

    /// <summary>
    /// Until the chain is final about a table with the wallet's account, and what it has cost is in the books. The host
    /// may die on the way, so this is awaited before anything is reckoned.
    /// </summary>
    private async Task Tabled()
    {
        await Eventually.Holds(
            "the wallet is in a lookup table", _ => IsTabled(), isThere => isThere, TableMax, market.Cancel);
        await Eventually.Holds(
            "the table's cost is in the books", _ => Unposted(), lamports => lamports == 0, TableMax, market.Cancel);
    }

    private async Task<bool> IsTabled()
    {
        var account = AssociatedTokenProgram.Address(_bill.Wallet!, market.Chain.UsdcMint);
        var options = new JsonObject { ["commitment"] = "finalized", ["encoding"] = "base64" };
        var tables = await market.Chain.CallAsync(
            "getProgramAccounts", [AddressLookupTableProgram.Id.ToString(), options], market.Cancel);

        return tables.EnumerateArray()
            .Select(table => table.GetProperty("account").GetProperty("data")[0].GetBytesFromBase64())
            .Any(data => LookupTableAccount.Decode(data)?.Addresses.Contains(account) == true);
    }

    /// <summary>Lamports that left the treasury and are in no journal yet.</summary>
    private async Task<long> Unposted()
    {
        var left = await market.Chain.Rpc.GetBalanceAsync(
            market.Treasury.Address, ReadOptions.Finalized, market.Cancel);
        var trial = await market.Admin.Get("/v1/admin/trial-balance");
        var posted = trial["lines"]!.AsArray()
            .Where(line => (string)line!["account"]! == Chart.NetworkCost.Name)
            .Sum(line => (long)line!["balance"]!);
        return (long)(Reckoning.TreasuryLamports - left.Value) - posted;
    }
}
