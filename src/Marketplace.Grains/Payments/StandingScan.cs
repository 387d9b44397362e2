using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payments;

/// <summary>
/// Credits what came in at standing addresses and sweeps it into the treasury. Nothing of a sweep is stored before it
/// is on the chain: its journal is written when the treasury's history shows it, after everything that came in at its
/// address is credited. So a sweep may be signed twice and do no harm: both go to the treasury, and each that lands is
/// one journal.
/// </summary>
internal sealed class StandingScan(
    SolanaRail rail, Hash genesis, DepositSetting setting, StandingSetting standing)
{
    /// <summary>Addresses of one question to the chain, and of one look.</summary>
    private const int PageMax = 100;
    private const int PagesMax = 10;
    private const int HistoryPagesMax = 100;

    private readonly Dictionary<string, (byte[] Wire, ulong LastValidHeight)> _underway = new(StringComparer.Ordinal);
    private long _looked;

    /// <summary>
    /// Looks at the next thousand addresses. Those with nothing on them cost a hundredth of a call; the others are
    /// scanned and swept.
    /// </summary>
    public async Task Look(CancellationToken cancel)
    {
        for (var pages = 0; pages < PagesMax; pages++)
        {
            var addresses = await standing.Rows.After(_looked, PageMax, cancel);

            foreach (var (address, balance) in await WithMoney(addresses, cancel))
            {
                if (await CatchUp(address, cancel) && balance >= (ulong)standing.SweepMin.Micros)
                {
                    await TrySweep(address, cancel);
                }
            }

            _looked = addresses.Count < PageMax ? 0 : addresses[^1].Number;

            if (_looked == 0)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Credits everything that came in at an address, once each. False while the nodes do not agree about some of it.
    /// </summary>
    public async Task<bool> CatchUp(StandingAddress address, CancellationToken cancel)
    {
        var (owner, account) = (PublicKey.Parse(address.Address), PublicKey.Parse(address.TokenAccount));
        var source = DepositScan.SourceOf(genesis, account);
        var until = await setting.Rows.Cursor(source, cancel) is { } cursor ? Signature.Parse(cursor) : null;
        var isPast = true;

        foreach (var entry in await rail.History(account, until, HistoryPagesMax, isWhole: true, cancel))
        {
            if (await rail.TryLanded(entry.Signature, cancel) is not { } landed)
            {
                isPast = false;
                continue;
            }

            var micros = TreasuryMove.Of(landed, rail, account, owner);

            if (micros > 0)
            {
                await setting.Rows.CreditUnswept(
                    TreasuryMove.Transfer(landed, rail, genesis, account, micros), address.Account, cancel);
                setting.Checkpoint.Reach(Checkpoints.DepositPosted);
            }
            else if (micros < 0 && TreasuryMove.Of(landed, rail) != -micros)
            {
                await setting.Alarm(
                    $"{entry.Signature} took USDC out of deposit address {address.Address} and not into the treasury",
                    cancel);
            }

            if (isPast)
            {
                await setting.Rows.SaveCursor(source, entry.Signature.ToString(), cancel);
            }
        }

        return isPast;
    }

    /// <summary>
    /// What a transaction into the treasury swept, posted once; zero when it is no sweep. Null while its address is not
    /// caught up: then it has to be looked at again.
    /// </summary>
    public async Task<Usdc?> PostSweep(LandedTransaction landed, CancellationToken cancel)
    {
        var swept = Usdc.Zero;
        var signature = landed.Transaction.Id.ToString();

        foreach (var owner in TreasuryMove.Losers(landed, rail))
        {
            if (await standing.Rows.ByAddress(owner.ToString(), cancel) is not { } address)
            {
                continue;
            }

            if (!await CatchUp(address, cancel))
            {
                return null;
            }

            swept += Usdc.FromMicros(-TreasuryMove.Of(landed, rail, PublicKey.Parse(address.TokenAccount), owner));
        }

        if (swept == Usdc.Zero)
        {
            return swept;
        }

        // The journal before the cursor: what dies in between finds it posted.
        return await setting.Rows.PostSweep(signature, swept, cancel) ? swept : null;
    }

    /// <summary>What the chain took for one of our sweeps, whether it moved something or failed.</summary>
    public async Task PostFee(LandedTransaction landed, CancellationToken cancel)
    {
        var message = landed.Transaction.Message;

        if (message.FeePayer == rail.Treasury && message.RequiredSignatures > 1)
        {
            await standing.Fees.Post(landed.Transaction.Id.ToString(), checked((long)landed.Fee), cancel);
        }
    }

    private async Task<List<(StandingAddress Address, ulong Balance)>> WithMoney(
        IReadOnlyList<StandingAddress> addresses, CancellationToken cancel)
    {
        if (addresses.Count == 0)
        {
            return [];
        }

        PublicKey[] accounts = [.. addresses.Select(address => PublicKey.Parse(address.TokenAccount))];

        // What one node hides another one shows: whether it is so, the transactions tell.
        var told = await rail.Rpc.Several(
            async (node, stop) => (await node.GetMultipleAccountsAsync(accounts, ReadOptions.Finalized, stop)).Value,
            cancel);

        return
        [
            .. addresses.Select((address, at) => (address, told.Max(accounts => rail.UsdcIn(accounts[at]))))
                .Where(one => one.Item2 > 0),
        ];
    }

    /// <summary>A sweep that cannot be made now is made with another look; it keeps no other from being made.</summary>
    private async Task TrySweep(StandingAddress address, CancellationToken cancel)
    {
        try
        {
            var account = PublicKey.Parse(address.TokenAccount);
            var balance = await rail.Rpc.Agree(
                async (node, stop) => rail.UsdcIn((await node.GetAccountInfoAsync(
                    account, ReadOptions.Finalized, stop)).Value),
                (one, other) => one == other,
                cancel);

            if (balance >= (ulong)standing.SweepMin.Micros)
            {
                await Sweep(address, balance, cancel);
            }
        }
        catch (Exception problem) when (problem is SolanaRpcException or SignerUnavailableException)
        {
            // No answer is no evidence, and nothing is lost: the money stays at the address.
            _underway.Remove(address.Address);
        }
    }

    /// <summary>The same bytes until they land or their blockhash is over; then others.</summary>
    private async Task Sweep(StandingAddress address, ulong balance, CancellationToken cancel)
    {
        if (_underway.TryGetValue(address.Address, out var sent)
            && await rail.Rpc.GetBlockHeightAsync(ReadOptions.Finalized, cancel) > sent.LastValidHeight)
        {
            _underway.Remove(address.Address);
            sent = default;
        }

        if (sent.Wire is null)
        {
            sent = await Sign(address, balance, cancel);
            _underway[address.Address] = sent;
        }

        await rail.Rpc.Everywhere(
            (node, stop) => node.SendTransactionAsync(sent.Wire, new SendOptions { SkipPreflight = true }, stop),
            cancel);
        setting.Checkpoint.Reach(Checkpoints.SweepSent);
    }

    private async Task<(byte[] Wire, ulong LastValidHeight)> Sign(
        StandingAddress address, ulong amount, CancellationToken cancel)
    {
        using var key = standing.Keys.Of(address.Account);
        var latest = (await rail.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, cancel)).Value;
        var message = Message.Compile(
            rail.Treasury,
            latest.Blockhash,
            [
                TokenProgram.TransferChecked(new TokenTransfer
                {
                    Source = AssociatedTokenProgram.Address(key.PublicKey, rail.Mint),
                    Mint = rail.Mint,
                    Destination = rail.TreasuryAccount,
                    Owner = key.PublicKey,
                    Amount = amount,
                    Decimals = SolanaRail.UsdcDecimals,
                }),
            ]);
        var bytes = message.Encode();
        var payer = await rail.Signer.SignAsync(
            bytes, new SigningPermit.Sweep(key.PublicKey, amount), cancel);
        return (new Transaction([payer, key.Sign(bytes)], message).Encode(), latest.LastValidBlockHeight);
    }
}
