using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.CrashMatrix;

/// <summary>
/// What must hold when a story is over: the books by themselves, and against the chain, Stripe and what people know.
/// </summary>
internal sealed class Reckoning(Market market, PatientClient renter, string account, Bill bill)
{
    /// <summary>What the treasury has when a market opens.</summary>
    internal const ulong TreasuryLamports = 10_000_000_000;

    private const long CentMicros = 10_000;

    private static readonly TimeSpan AuditMax = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the chain and the books may take to agree: the last fees are posted when they are final.
    /// </summary>
    private static readonly TimeSpan AgreeMax = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Times that verify-books is run when it could not ask somebody (its exit code 2): on a busy machine a node does not always
    /// answer within its two seconds. Only 0 counts as held; a break (1) is never asked again.
    /// </summary>
    private const int AuditsMax = 3;

    private const int AuditIncomplete = 2;

    private readonly List<string> _broken = [];

    /// <summary>Everything that does not hold.</summary>
    public async Task<IReadOnlyList<string>> Find()
    {
        await Agreement();
        await Wallet();
        await RefundWallet();
        Cards();
        await Renter();
        await Works();
        var (code, output) = await Audit();

        for (var run = 1; run < AuditsMax && code == AuditIncomplete; run++)
        {
            (code, output) = await Audit();
        }

        if (code != 0)
        {
            _broken.Add($"verify-books ended with {code}, and 0 says that all was checked and holds:\n{output}");
        }

        return _broken;
    }

    private Task<(int Code, string Output)> Audit() =>
        market.Host.Run(["verify-books", "--without-hledger"], AuditMax);

    private static Dictionary<string, long> Lines(JsonNode trial) => trial["lines"]!.AsArray().ToDictionary(
        line => (string)line!["account"]!, line => (long)line!["balance"]!, StringComparer.Ordinal);

    private void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            _broken.Add(otherwise);
        }
    }

    /// <summary>The treasury's USDC and lamports, Stripe's balance, escrows and holds.</summary>
    private async Task Agreement()
    {
        IReadOnlyList<string> differences = [];

        try
        {
            await Eventually.Holds(
                "books and world agree",
                async _ => differences = await Differences(),
                found => found.Count == 0,
                AgreeMax,
                market.Cancel);
        }
        catch (TimeoutException)
        {
            _broken.AddRange(differences);
        }
    }

    private async Task<IReadOnlyList<string>> Differences()
    {
        var trial = await market.Admin.Get("/v1/admin/trial-balance");
        var lines = Lines(trial);
        var found = new List<string>();
        var usdc = (await Balance(market.Treasury.Address)).Micros;
        var lamports = await market.Chain.Rpc.GetBalanceAsync(
            market.Treasury.Address, ReadOptions.Finalized, market.Cancel);
        Same("the treasury's USDC", usdc, lines.GetValueOrDefault(Chart.Treasury.Name));
        Same(
            "lamports spent",
            (long)(TreasuryLamports - lamports.Value),
            lines.GetValueOrDefault(Chart.NetworkCost.Name));
        Same(
            "micro-USD at Stripe",
            market.Stripe.World.BalanceCents * CentMicros,
            lines.GetValueOrDefault(Chart.Stripe.Name));

        if (!(bool)trial["balanced"]!)
        {
            found.Add($"the trial balance is off: {trial["sums"]}");
        }

        found.AddRange(lines
            .Where(line => line.Key.Contains(":escrow:", StringComparison.Ordinal) && line.Value != 0)
            .Select(line => $"{line.Key} holds {line.Value}"));
        found.AddRange(trial["lines"]!.AsArray()
            .Where(line => (long)line!["held"]! != 0)
            .Select(line => $"{line!["account"]} has {line["held"]} under holds"));
        return found;

        void Same(string what, long outside, long books)
        {
            if (outside != books)
            {
                found.Add($"{what}: {outside} outside, {books} in the books");
            }
        }
    }

    /// <summary>Every payout came to the wallet once, in a transaction of its own.</summary>
    private async Task Wallet()
    {
        var wanted = Usdc.FromMicros(bill.Payouts.Sum(payout => (payout.Amount - payout.Fee).Micros));
        var got = await Balance(bill.Wallet!);
        Check(got == wanted, $"the wallet got {got} USDC, {wanted} were paid out");
        var landed = await Landed(bill.Wallet!);
        Check(landed == bill.Payouts.Count, $"{landed} transfers on the chain for {bill.Payouts.Count} payouts");
    }

    /// <summary>Every refund in USDC came to the wallet that was named, once.</summary>
    private async Task RefundWallet()
    {
        var wanted = Usdc.FromMicros(bill.Refunds.Sum(refund => refund.Micros));
        var got = await Balance(bill.RefundWallet!);
        Check(got == wanted, $"{got} USDC went back, {wanted} were to");
        var landed = await Landed(bill.RefundWallet!);
        Check(landed == bill.Refunds.Count, $"{landed} transfers on the chain for {bill.Refunds.Count} refunds");
    }

    private async Task<int> Landed(PublicKey wallet) =>
        (await market.Chain.Rpc.GetSignaturesForAddressAsync(
            AssociatedTokenProgram.Address(wallet, market.Chain.UsdcMint), new SignaturePage(), market.Cancel))
        .Count(entry => entry.Error is null);

    /// <summary>One charge on the card and one refund to it.</summary>
    private void Cards()
    {
        var charges = market.Stripe.World.Every("charge").Where(Mine).ToArray();
        var refunds = market.Stripe.World.Every("refund").Where(Mine).ToArray();
        var disputes = market.Stripe.World.Every("dispute").Where(Mine).ToArray();
        Check(charges.Length == 1, $"the card was charged {charges.Length} times");
        Check(refunds.Length == 1, $"the card got {refunds.Length} refunds");
        Check(disputes.Length == 1, $"there are {disputes.Length} disputes");
        Check(
            refunds.Sum(refund => (long)refund["amount"]!) * CentMicros == bill.Refunded.Micros,
            "the card got another refund than the customer was told");

        bool Mine(JsonObject one) => (string?)one["payment_intent"] == bill.PaymentIntent;
    }

    /// <summary>The renter has what they put in, less what they got back and what work cost.</summary>
    private async Task Renter()
    {
        var balance = await renter.Get("/v1/balance");
        var available = Usdc.Parse((string)balance["available"]!);
        var reserved = Usdc.Parse((string)balance["reserved"]!);
        Check(available == bill.Left, $"{account} has {available} USDC, {bill.Left} are due");
        Check(reserved == Usdc.Zero, $"{account} has {reserved} USDC reserved");
    }

    /// <summary>The receipts of all work tell what was charged.</summary>
    private async Task Works()
    {
        var charged = Usdc.Zero;

        foreach (var receipt in bill.Receipts)
        {
            charged += Usdc.Parse((string)(await renter.Get($"/v1/receipts/{receipt}"))["charge"]!);
        }

        Check(
            charged == bill.Charged,
            $"{bill.Receipts.Count} receipts tell of {charged} USDC, {bill.Charged} were charged");
    }

    private async Task<Usdc> Balance(PublicKey owner)
    {
        var found = await market.Chain.Rpc.GetAccountInfoAsync(
            AssociatedTokenProgram.Address(owner, market.Chain.UsdcMint), ReadOptions.Finalized, market.Cancel);
        return found.Value is { } info ? Usdc.FromMicros((long)TokenAccount.Decode(info.Data.Span).Amount) : Usdc.Zero;
    }
}
