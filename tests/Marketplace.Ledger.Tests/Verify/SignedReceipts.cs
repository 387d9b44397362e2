using System.Security.Cryptography;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verification;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Verify;

/// <summary>
/// Receipts under stand-in signatures, a hash of key and message: what is tested is which bytes are checked against
/// which key. Ed25519 itself is tested where it is used.
/// </summary>
internal static class SignedReceipts
{
    private static readonly byte[] Marketplace = SHA256.HashData("marketplace"u8);
    private static readonly byte[] Device = SHA256.HashData("device"u8);
    private static readonly string Hash = new('a', 64);

    public static bool IsSigned(byte[] publicKey, byte[] message, byte[] signature) =>
        signature.AsSpan().SequenceEqual(SHA512.HashData([.. publicKey, .. message]));

    /// <param name="books">Whose keys it is signed with.</param>
    /// <param name="work">The job.</param>
    /// <param name="charge">What it says was charged.</param>
    /// <param name="forged">What is wrong with it: body, key, result, none; empty for nothing.</param>
    /// <param name="cancel">Ends the work.</param>
    public static async Task<NewReceipt> Of(
        TestBook books, string work, Usdc charge, string forged, CancellationToken cancel)
    {
        await new ReceiptKeyRows(books.Database, TimeProvider.System).Add(Marketplace, cancel);
        var meter = new Dictionary<string, long>(StringComparer.Ordinal) { ["outputTokens"] = 2 };
        var result = Sign(forged == "result" ? Marketplace : Device, SignedText.Result("att_1", work, Hash, meter));
        var body =
            $$"""
            {"attempt":"att_1","charge":"{{charge}}","kind":"text","outputSha256":"{{Hash}}","results":[{"attempt":"att_1",
             "meter":{"outputTokens":2},"output":"{{Hash}}","publicKey":"{{Convert.ToBase64String(Device)}}",
             "signature":"{{result}}"}],"resultsSigned":1,"version":1,"work":"{{work}}"}
            """;
        var key = ReceiptKey.IdOf(forged == "key" ? Device : Marketplace);
        var signature = Sign(Marketplace, SignedText.Receipt(forged == "body" ? body + " " : body));

        return new(
            ReceiptId.From(Domain.PrefixedId.Derive("receipt", work)),
            work,
            Customer(),
            Provider(),
            body,
            forged == "none" ? null : new(key, signature));
    }

    private static string Sign(byte[] key, byte[] message) =>
        Convert.ToBase64String(SHA512.HashData([.. key, .. message]));
}
