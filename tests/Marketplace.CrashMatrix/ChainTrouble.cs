using System.Text.Json.Nodes;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.CrashMatrix;

/// <summary>What the local chain does wrong in one cell, chosen by its seed.</summary>
internal sealed class ChainTrouble(SolanaLocalnet chain, Random random, CancellationToken cancel)
{
    /// <summary>Longer than a blockhash lives (150 blocks).</summary>
    private const int LateSlots = 170;

    private const int RollbackSlots = 9;
    private const int HitsMax = 4;

    private static readonly string[] Reads =
    [
        "getSignatureStatuses", "getTransaction", "getAccountInfo", "getMultipleAccounts", "getSignaturesForAddress",
        "getLatestBlockhash", "simulateTransaction",
    ];

    /// <summary>Reads go wrong from now on, a few times: dropped, slow, refused.</summary>
    public async Task WithReads()
    {
        foreach (var method in Reads.Where(_ => random.Next(3) == 0))
        {
            var kind = random.GetItems(["drop", "drop_after", "http429", "delay"], 1)[0];
            await Set(new() { ["kind"] = kind, ["method"] = method, ["ms"] = random.Next(20, 200) });
        }
    }

    /// <summary>
    /// Sends go wrong: lost, answers lost, acknowledged and never executed, delivered beyond their expiry; and statuses
    /// are hidden or denied.
    /// </summary>
    public async Task WithSends()
    {
        foreach (var kind in new[] { "drop", "drop_after", "ack_only", "late" }.Where(_ => random.Next(2) == 0))
        {
            await Set(new() { ["kind"] = kind, ["slots"] = LateSlots, ["spread"] = random.Next(2) == 0 });
        }

        if (random.Next(2) == 0)
        {
            await Set(new() { ["kind"] = "hide", ["method"] = "getSignatureStatuses" });
        }

        if (random.Next(2) == 0)
        {
            await Set(new() { ["kind"] = "lie", ["method"] = "getTransaction", ["result"] = null });
        }
    }

    /// <summary>A fork: the last blocks never happened. Not always.</summary>
    public async Task Fork()
    {
        if (random.Next(2) == 0)
        {
            return;
        }

        var snapshot = await chain.CallAsync("localnet_snapshot", [], cancel);
        var before = await chain.Rpc.GetSlotAsync(ReadOptions.Processed, cancel);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));

        while (await chain.Rpc.GetSlotAsync(ReadOptions.Processed, cancel) < before + RollbackSlots)
        {
            await pace.WaitForNextTickAsync(cancel);
        }

        await chain.CallAsync("localnet_restore", [snapshot.GetProperty("id").GetString()], cancel);
    }

    /// <summary>Good weather again, and everything that was late has come.</summary>
    public async Task Clear()
    {
        await chain.CallAsync("localnet_clearFaults", [], cancel);
        await chain.AdvanceAsync(LateSlots, cancel);
    }

    private Task Set(JsonObject fault)
    {
        fault["count"] = random.Next(1, HitsMax + 1);
        fault["probability"] = 0.6;
        return chain.SetFaultAsync(fault, cancel);
    }
}
