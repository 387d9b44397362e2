using Marketplace.Domain;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutLane
{
    private bool _isReady;
    private LaneOpening? _opening;

    private string OpeningSource => $"lane:{_genesis}:{setting.Lane}";

    /// <summary>
    /// Opens the treasury's USDC account and the lane's nonce account where they are missing. Both are safe to repeat:
    /// the accounts have fixed addresses and can be made once only. What is sent is stored before, so that whoever
    /// comes next posts what it has cost. Null when the lane is ready.
    /// </summary>
    private async Task<LaneReport?> Prepare(CancellationToken cancel)
    {
        if (_isReady)
        {
            return null;
        }

        var asked = new[] { _rail.Treasury, _rail.TreasuryAccount, _nonceAccount, _rail.Mint };
        var found = (await _rail.Rpc.GetMultipleAccountsAsync(asked, ReadOptions.Finalized, cancel)).Value;

        if (WhyNotUsdc(found[3]) is { } wrong)
        {
            return LaneReport.Stuck(wrong);
        }

        _opening ??= LaneOpening.Read(await setting.Cursors.Cursor(OpeningSource, cancel));

        if (_opening is { } opening)
        {
            return await AwaitOpening(opening, cancel);
        }

        var rent = await _rail.Rpc.GetMinimumBalanceForRentExemptionAsync(
            found[1] is null ? TokenAccount.Length : Solana.Programs.NonceAccount.Length, cancel);
        var needed = rent + LamportsKept + LamportsPerSignature;

        if (found[1] is not null && (found[2] is not null || !_rail.HasNonces))
        {
            _isReady = true;
            return null;
        }

        if ((found[0]?.Lamports ?? 0) < needed)
        {
            return LaneReport.Stuck($"treasury {_rail.Treasury} needs {needed} lamports to open its accounts");
        }

        return found[1] is null
            ? await Open(
                [AssociatedTokenProgram.CreateIdempotent(_rail.Treasury, _rail.Treasury, _rail.Mint)],
                new SigningPermit.OpenTokenAccount(),
                cancel)
            : await Open(
                [
                    SystemProgram.CreateAccountWithSeed(
                        _rail.Treasury, setting.Lane, rent, Solana.Programs.NonceAccount.Length, SystemProgram.Id),
                    SystemProgram.InitializeNonce(_nonceAccount, _rail.Treasury),
                ],
                new SigningPermit.CreateNonce(setting.Lane, rent),
                cancel);
    }

    /// <summary>Why the configured mint cannot be USDC on this chain, or null.</summary>
    private string? WhyNotUsdc(AccountInfo? mint)
    {
        if (mint is null || mint.Owner != TokenProgram.Id || mint.Data.Length != MintAccount.Length)
        {
            return $"{_rail.Mint} is no mint of the token program on chain {_genesis}";
        }

        var decimals = MintAccount.Decode(mint.Data.Span).Decimals;
        return decimals == SolanaRail.UsdcDecimals
            ? null
            : $"mint {_rail.Mint} has {decimals} decimals, USDC has {SolanaRail.UsdcDecimals}";
    }

    private async Task<LaneReport> Open(
        IReadOnlyList<Instruction> instructions, SigningPermit permit, CancellationToken cancel)
    {
        var latest = (await _rail.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, cancel)).Value;
        var message = Message.Compile(_rail.Treasury, latest.Blockhash, instructions);
        var signature = await _rail.Signer.SignAsync(message.Encode(), permit, cancel);
        _opening = new(signature, latest.LastValidBlockHeight);
        await setting.Cursors.SaveCursor(OpeningSource, _opening.ToString(), cancel);
        var wire = new Transaction([signature], message).Encode();
        await _rail.Rpc.Everywhere(
            (node, stop) => node.SendTransactionAsync(wire, new SendOptions(), stop), cancel);
        setting.Checkpoint.Reach(Checkpoints.LaneOpened);
        return LaneReport.Later;
    }

    private async Task<LaneReport> AwaitOpening(LaneOpening opening, CancellationToken cancel)
    {
        var landed = await _rail.Landed(opening.Signature, cancel);

        if (landed is not null)
        {
            await PostCost(
                opening.Signature.ToString(), (long)(landed.PreBalances[0] - landed.PostBalances[0]), cancel);
            await Forget(cancel);
            return LaneReport.Again;
        }

        var height = await _rail.Rpc.GetBlockHeightAsync(ReadOptions.Finalized, cancel);

        if (height > opening.LastValidHeight)
        {
            await Forget(cancel);
        }

        // A look at the status moves nothing on a real chain; it is how far the transaction has come.
        await _rail.Rpc.GetSignatureStatusesAsync([opening.Signature], true, cancel);
        return LaneReport.Later;
    }

    private async Task Forget(CancellationToken cancel)
    {
        await setting.Cursors.SaveCursor(OpeningSource, string.Empty, cancel);
        _opening = null;
    }
}
