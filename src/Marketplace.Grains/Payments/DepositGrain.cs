using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>An expected deposit. It keeps no state of its own: the rows of the books say what came in.</summary>
[GrainType("deposit")]
internal sealed class DepositGrain(
    DepositRows rows,
    PayoutChunks chunks,
    IRegister register,
    SolanaRailSource rails,
    IOptions<DepositOptions> options,
    ICheckpoint checkpoint) : Grain, IDepositGrain
{
    private const string Waiting = "waiting";
    private const string Partial = "partial";
    private const string Received = "received";
    private const string Overpaid = "overpaid";

    private DepositId Id => DepositId.Parse(this.GetPrimaryKeyString());

    public async Task<DepositView?> Open(AccountId account, Usdc? amount, CancellationToken cancel = default)
    {
        if (rails.Rail is null)
        {
            return null;
        }

        if (await rows.Find(Id, cancel) is not { } expected)
        {
            expected = await rows.Expect(new ExpectedDeposit(Id, account, Reference().ToString(), amount), cancel);
        }

        return await Listed(expected, cancel);
    }

    public async Task<DepositView?> Describe(CancellationToken cancel = default) =>
        await rows.Find(Id, cancel) is { } expected ? await View(expected, cancel) : null;

    public async Task<DepositView?> Check(CancellationToken cancel = default)
    {
        if (await rows.Find(Id, cancel) is not { } expected)
        {
            return null;
        }

        var rail = Rail();
        var setting = new DepositSetting(rows, chunks, checkpoint, (_, _) => Task.CompletedTask);
        var scan = new DepositScan(rail, await rail.Genesis(rows, cancel), setting);
        await scan.LookAt(PublicKey.Parse(expected.Reference), cancel);
        return await Listed(expected, cancel);
    }

    /// <summary>Follows from the id: asking again gives the same URL.</summary>
    private PublicKey Reference() => new(SHA256.HashData(Encoding.UTF8.GetBytes($"deposit reference {Id}")));

    private SolanaRail Rail() => rails.Rail
        ?? throw new InvalidOperationException("No chain is configured: set Solana:RpcUrl and Solana:TreasuryKeyFile.");

    private async Task<DepositView> Listed(ExpectedDeposit expected, CancellationToken cancel)
    {
        var view = await View(expected, cancel);
        var detail = JsonSerializer.Serialize(new
        {
            amount = view.Amount?.ToString(),
            received = view.Received.ToString(),
            reference = view.Reference,
        });
        await register.Put(
            [new RegisterRow(RegisterKinds.Deposit, Id.Value, view.Account.Value, view.State, detail, null)], cancel);
        return view;
    }

    /// <summary>What arrived is credited, whatever was announced; the state tells how the two compare.</summary>
    private static string StateOf(Usdc? announced, Usdc received) => announced switch
    {
        _ when received == Usdc.Zero => Waiting,
        { } amount when received < amount => Partial,
        { } amount when received > amount => Overpaid,
        _ => Received,
    };

    private async Task<DepositView> View(ExpectedDeposit expected, CancellationToken cancel)
    {
        var rail = Rail();
        var transfers = await rows.TransfersOf(Id, cancel);
        var received = transfers.Aggregate(Usdc.Zero, (sum, one) => sum + one.Transfer.Amount);
        var url = new SolanaPayUrl
        {
            Recipient = rail.Treasury,
            Mint = rail.Mint,
            Amount = expected.Amount is { } amount ? amount.Micros / (decimal)Usdc.MicrosPerUsdc : null,
            References = [PublicKey.Parse(expected.Reference)],
            Label = options.Value.Label,
            Memo = Id.Value,
        };

        return new DepositView(
            Id,
            expected.Account,
            expected.Amount,
            url.ToString(),
            expected.Reference,
            rail.Treasury.ToString(),
            rail.Mint.ToString(),
            received,
            StateOf(expected.Amount, received),
            [.. transfers.Select(one => one.Transfer.Signature)],
            expected.CreatedAt);
    }
}
