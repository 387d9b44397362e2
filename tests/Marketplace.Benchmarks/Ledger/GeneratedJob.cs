using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Solana.Keys;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// One piece of generated work: three texts and then a render, each funded, charged and closed, with a receipt that
/// its device and the marketplace have signed.
/// </summary>
internal sealed record GeneratedJob(
    string Id, string Kind, AccountId Customer, string ReceiptId, string Provider, string Body, string Signature)
{
    public const int Customers = 64;
    private const int RenderEvery = 4;
    private const long EscrowMicros = 1_000_000;
    private const int FeeBasisPoints = 1_000;
    private static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Hash = new('a', 64);
    private static readonly DeviceAsk Ask = new(
        Usdc.FromMicros(1_000_000), Usdc.FromMicros(4_000_000), Usdc.FromMicros(500_000));

    /// <summary>Journals with every leg; keys and kinds are the product's.</summary>
    public required IReadOnlyList<Journal> Journals { get; init; }

    public static GeneratedJob Of(int number, Keypair marketplace, Keypair device)
    {
        var isRender = number % RenderEvery == RenderEvery - 1;
        var id = isRender
            ? RenderId.From(PrefixedId.Derive("render", $"{number}")).Value
            : PrefixedId.Write("job_", PrefixedId.Derive("job", $"{number}"));
        var customer = CustomerOf(number);
        var provider = ProviderId.From(PrefixedId.Derive("provider", $"{number % Customers}"));
        var meter = isRender
            ? new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["pixelSamples"] = 10_000 + (number % 100_000),
                [$"pixelSamples@{Ask.Megasample}"] = 10_000 + (number % 100_000),
                ["units"] = 1,
            }
            : new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["promptTokens"] = 1 + (number % 200),
                ["outputTokens"] = 1 + (number % 700),
            };
        var charge = isRender
            ? SamplePrice.Charge(Ask, meter["pixelSamples"])
            : Usdc.FromMicros(meter["promptTokens"] + (4 * meter["outputTokens"]));
        var charged = isRender
            ? LeaseJournals.ChargeShare(id, provider, charge, FeeBasisPoints)
            : LeaseJournals.Charge(id, provider, charge, FeeBasisPoints);
        var rest = Usdc.FromMicros(EscrowMicros) - charge;
        var receipt = Receipt(number, id, isRender, customer, provider, device, meter, charge);
        var body = ReceiptFile.Body(receipt);

        return new(
            id,
            isRender ? "render" : "job",
            customer,
            receipt.Id.Value,
            provider.Value,
            body,
            Convert.ToBase64String(marketplace.Sign(SignedText.Receipt(body)).ToArray()))
        {
            Journals =
            [
                LeaseJournals.Fund(id, 0, customer, Usdc.Zero, Usdc.FromMicros(EscrowMicros)),
                charged with { Legs = [.. Merged(charged.Legs)] },
                new($"close:{id}", "close", [.. Journal.Move(Chart.Escrow(id), Chart.Available(customer), rest)]),
            ],
        };
    }

    public static AccountId CustomerOf(int number) =>
        AccountId.From(PrefixedId.Derive("customer", $"{number % Customers}"));

    private static IEnumerable<Leg> Merged(IEnumerable<Leg> legs) => legs
        .GroupBy(leg => leg.Account)
        .Select(account => new Leg(account.Key, account.Sum(leg => leg.Amount)))
        .Where(leg => leg.Amount != 0);

    private static Receipt Receipt(
        int number,
        string id,
        bool isRender,
        AccountId customer,
        ProviderId provider,
        Keypair device,
        IReadOnlyDictionary<string, long> meter,
        Usdc charge)
    {
        var attempt = AttemptId.From(PrefixedId.Derive("attempt", $"{number}"));
        var signature = device.Sign(SignedText.Result(attempt.Value, id, Hash, meter));

        return new(
            Domain.Verification.ReceiptId.From(PrefixedId.Derive("receipt", $"{number}")),
            id,
            isRender ? "render" : "text",
            customer,
            provider,
            DeviceId.From(PrefixedId.Derive("device", $"{number % Customers}")),
            attempt,
            Hash,
            Hash,
            Hash,
            meter,
            Ask,
            charge,
            [$"fund:{id}:0", $"charge:{id}", $"close:{id}"],
            "unchecked",
            Began,
            Began.AddSeconds(number % 600),
            [
                new SignedResult(
                    attempt,
                    Hash,
                    meter,
                    Convert.ToBase64String(device.PublicKey.ToArray()),
                    Convert.ToBase64String(signature.ToArray())),
            ],
            ResultsSigned: 1,
            ResultsUnsigned: 0);
    }
}
