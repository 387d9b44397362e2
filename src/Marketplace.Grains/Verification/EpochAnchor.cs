using Marketplace.Domain;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Verification;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Verification;

/// <summary>
/// Brings the root of an epoch on chain: a transaction with nothing but a memo. Its bytes are stored before they are
/// first sent and the same bytes are sent again until the chain calls them finalized. Only when their blockhash is long
/// past and no node knows them is another one signed; two memos with the same root would cost a fee and harm nobody.
/// </summary>
internal sealed partial class EpochAnchor(
    SolanaRailSource rails,
    DepositRows deposits,
    AnchorRows rows,
    NetworkFees fees,
    IOptions<ReceiptOptions> options,
    ICheckpoint checkpoint,
    ILogger<EpochAnchor> log)
{
    /// <summary>A transaction costs 5,000 lamports a signature; the payer keeps what exempts it from rent.</summary>
    private const ulong LamportsMin = 890_880 + 5_000;

    /// <summary>One step for one epoch; again and again until it is final. Without a chain there is none.</summary>
    public async Task Step(EpochHead epoch, CancellationToken cancel)
    {
        if (rails.Rail is not { } rail)
        {
            return;
        }

        var last = await rows.Last(epoch.Number, cancel);

        if (last is { State: StoredAnchor.Signed })
        {
            await Follow(rail, last, cancel);
        }
        else if ((last?.Attempt ?? 0) < options.Value.AnchorAttemptsMax)
        {
            await Sign(rail, epoch, (last?.Attempt ?? 0) + 1, cancel);
        }
    }

    /// <summary>
    /// Looks once more at a transaction that was given up: a node that hid it then, or forgot it, may know it now, and
    /// then its fee was paid. The books must say so, whatever another transaction did for the root since.
    /// </summary>
    public async Task LookBack(StoredAnchor anchor, CancellationToken cancel)
    {
        if (rails.Rail is { } rail && await rail.Landed(Signature.Parse(anchor.Signature), cancel) is { } landed)
        {
            await fees.Post(anchor.Signature, checked((long)landed.Fee), cancel);
        }
    }

    private async Task Sign(SolanaRail rail, EpochHead epoch, long attempt, CancellationToken cancel)
    {
        var genesis = await rail.Genesis(deposits, cancel);

        if (await rail.Rpc.GetGenesisHashAsync(cancel) != genesis)
        {
            WrongChain(log, epoch.Number, genesis.ToString());
            return;
        }

        if ((await rail.Rpc.GetBalanceAsync(rail.Treasury, ReadOptions.Finalized, cancel)).Value < LamportsMin)
        {
            NoLamports(log, epoch.Number, rail.Treasury.ToString());
            return;
        }

        var latest = (await rail.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, cancel)).Value;
        var message = Message.Compile(
            rail.Treasury, latest.Blockhash, [MemoProgram.Note(epoch.Memo, rail.Treasury)]);
        var signature = await rail.Signer.SignAsync(message.Encode(), new SigningPermit.Note(epoch.Memo), cancel);
        var signed = new StoredAnchor(
            epoch.Number,
            attempt,
            genesis.ToString(),
            rail.Treasury.ToString(),
            epoch.Memo,
            new Transaction([signature], message).Encode(),
            signature.ToString(),
            checked((long)latest.LastValidBlockHeight),
            StoredAnchor.Signed);

        if (await rows.Store(signed, cancel))
        {
            checkpoint.Reach(Checkpoints.AnchorSigned);
            await Send(rail, signed, cancel);
        }
    }

    private async Task Follow(SolanaRail rail, StoredAnchor anchor, CancellationToken cancel)
    {
        var signature = Signature.Parse(anchor.Signature);

        if (await rail.Landed(signature, cancel) is { } landed)
        {
            // The fee first: it is posted once, and a crash before the row is settled brings us here again.
            await fees.Post(anchor.Signature, checked((long)landed.Fee), cancel);
            checkpoint.Reach(Checkpoints.AnchorPosted);
            await rows.Settle(anchor, landed.Error is null ? StoredAnchor.Final : StoredAnchor.Dead, cancel);
            Landed(log, anchor.Epoch, anchor.Signature, landed.Error?.ToString() ?? "finalized");
            return;
        }

        if (await IsDead(rail, signature, anchor, cancel))
        {
            await rows.Settle(anchor, StoredAnchor.Dead, cancel);
            return;
        }

        await Send(rail, anchor, cancel);
    }

    /// <summary>Its blockhash is past at finalized height, and after that no node that answers knows it.</summary>
    private static async Task<bool> IsDead(
        SolanaRail rail, Signature signature, StoredAnchor anchor, CancellationToken cancel) =>
        (await rail.Rpc.Several(
            async (node, stop) =>
                await node.GetBlockHeightAsync(ReadOptions.Finalized, stop) > checked((ulong)anchor.LastHeight)
                && (await node.GetSignatureStatusesAsync([signature], true, stop)).Value[0] is null,
            cancel)).All(isDead => isDead);

    /// <summary>The same bytes to every node. An error only means that they go out again.</summary>
    private async Task Send(SolanaRail rail, StoredAnchor anchor, CancellationToken cancel)
    {
        var answers = await rail.Rpc.Everywhere(
            (node, stop) => node.SendTransactionAsync(anchor.Wire, new SendOptions { SkipPreflight = true }, stop),
            cancel);

        foreach (var answer in answers.OfType<NodeAnswer<Signature>.Failed>())
        {
            NotTaken(log, anchor.Epoch, anchor.Signature, answer.Problem.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Root of epoch {Epoch}: transaction {Signature} is {Outcome}")]
    private static partial void Landed(ILogger log, long epoch, string signature, string outcome);

    [LoggerMessage(2, LogLevel.Debug, "Root of epoch {Epoch}: a node did not take {Signature}: {Why}")]
    private static partial void NotTaken(ILogger log, long epoch, string signature, string why);

    [LoggerMessage(3, LogLevel.Warning, "Root of epoch {Epoch} waits: {Payer} has too few lamports")]
    private static partial void NoLamports(ILogger log, long epoch, string payer);

    [LoggerMessage(4, LogLevel.Error, "Root of epoch {Epoch} waits: the node is not of chain {Genesis}")]
    private static partial void WrongChain(ILogger log, long epoch, string genesis);
}
