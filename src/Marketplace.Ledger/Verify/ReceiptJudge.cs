using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Judges receipts: one for each charge, of its amount, not above what was set aside, and the price of what was
/// metered; signed by the marketplace and, result by result, by devices that were enrolled; chained.
/// </summary>
internal static class ReceiptJudge
{
    /// <summary>Invariant 10: what was billed.</summary>
    public const string BillId = "10a";

    public const string BillStatement =
        "each charge has one receipt of its amount, which is the price of what was metered, within its escrow";

    /// <summary>Invariant 10: who says so.</summary>
    public const string SignedId = "10b";

    public const string SignedStatement =
        "each receipt is signed by the marketplace, and each result in it by a key that was enrolled for its device";

    private const string Version = "version";

    /// <summary>Judges a page that follows a link of the chain.</summary>
    public static ReceiptFindings Judge(
        IReadOnlyList<ReceiptLine> page,
        ChainHead before,
        WorkCharged charged,
        ReceiptCheck? signatures,
        EnrolledDevices devices)
    {
        var (bills, signed, chain) = (new List<string>(), new List<string>(), new List<string>());
        var head = before;

        foreach (var receipt in page)
        {
            if (chain.Count == 0 && !Follows(receipt, head))
            {
                chain.Add($"receipt {receipt.Sequence} does not follow from what stands before it");
            }

            head = new(receipt.Sequence, receipt.Hash);
            using var body = Parse(receipt.Body);

            if (WhyWrong(receipt, body?.RootElement, charged) is { } why)
            {
                bills.Add($"{receipt.Id}: {why}");
            }

            if (signatures is not null && WhyUnsigned(receipt, body?.RootElement, signatures, devices) is { } unsigned)
            {
                signed.Add($"{receipt.Id}: {unsigned}");
            }

            charged = charged.Plus(receipt);
        }

        return new(bills, signed, chain);
    }

    private static bool Follows(ReceiptLine receipt, ChainHead head) =>
        receipt.Sequence == head.Sequence + 1
        && receipt.Previous.AsSpan().SequenceEqual(head.Hash)
        && receipt.Hash.AsSpan().SequenceEqual(ReceiptChain.Next(receipt.Previous, receipt.Sequence, receipt.Body));

    private static JsonDocument? Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Receipts without a version were written before receipts were signed.</summary>
    private static string? WhyUnsigned(
        ReceiptLine receipt, JsonElement? body, ReceiptCheck signatures, EnrolledDevices devices) =>
        body is not { ValueKind: JsonValueKind.Object } told || !told.TryGetProperty(Version, out _)
            ? receipt.Signature is null ? null : "is signed and no receipt"
            : receipt.Signature is { } given
                ? signatures.WhyUnsigned(receipt.Body, told, given) ?? devices.WhyStranger(told, receipt.Provider)
                : "is not signed";

    private static string? WhyWrong(ReceiptLine receipt, JsonElement? body, WorkCharged before)
    {
        if (receipt.Charged is not { } charged)
        {
            return $"{receipt.Work} was not charged";
        }

        if (charged > receipt.Funded)
        {
            return $"{charged} were charged and {receipt.Funded} set aside";
        }

        if (body is not { ValueKind: JsonValueKind.Object } told || !told.TryGetProperty("charge", out var text))
        {
            return null;
        }

        if (!Usdc.TryParse(text.ValueKind == JsonValueKind.String ? text.GetString() : null, out var amount))
        {
            return "its charge is no amount";
        }

        if (amount.Micros != charged)
        {
            return $"{amount.Micros} on the receipt, {charged} in the books";
        }

        var left = receipt.Funded - (before.Work == receipt.Work ? before.Micros : 0);
        return ReceiptPrice.Of(told) is { } price && charged != Math.Min(price, left)
            ? $"{charged} were charged for a price of {price}"
            : null;
    }
}
