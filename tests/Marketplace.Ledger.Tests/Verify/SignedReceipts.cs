using System.Security.Cryptography;
using Marketplace.Domain.Devices;
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
    private static readonly byte[] Other = SHA256.HashData("other device"u8);
    private static readonly byte[] Stranger = SHA256.HashData("stranger"u8);
    private static readonly string Hash = new('a', 64);

    public static bool IsSigned(byte[] publicKey, byte[] message, byte[] signature) =>
        signature.AsSpan().SequenceEqual(SHA512.HashData([.. publicKey, .. message]));

    /// <param name="books">Whose keys it is signed with.</param>
    /// <param name="work">The job.</param>
    /// <param name="charge">What it says was charged.</param>
    /// <param name="forged">
    /// What is wrong with it: body, key, result, none; whose key signed the result: other, stranger, foreign, early;
    /// empty for nothing.
    /// </param>
    /// <param name="kind">Kind of the work.</param>
    /// <param name="cancel">Ends the work.</param>
    public static async Task<NewReceipt> Of(
        TestBook books, string work, Usdc charge, string forged, string kind, CancellationToken cancel)
    {
        await new ReceiptKeyRows(books.Database, TimeProvider.System).Add(Marketplace, cancel);
        await Enrol(books, Device, forged == "foreign" ? 2 : 1, cancel);
        await Enrol(books, Other, 1, cancel);
        var key = forged switch
        {
            "other" => Other,
            "stranger" => Stranger,
            _ => Device,
        };
        var named = DeviceId.OfKey(forged == "stranger" ? Stranger : Device);
        var ended = forged == "early" ? "2020-01-01T00:00:00.000000Z" : "2100-01-01T00:00:00.000000Z";
        var meter = new Dictionary<string, long>(StringComparer.Ordinal) { ["outputTokens"] = 2 };
        var result = Sign(forged == "result" ? Marketplace : key, SignedText.Result("att_1", work, Hash, meter));
        var body =
            $$"""
            {"attempt":"att_1","charge":"{{charge}}","device":"{{named}}","endedAt":"{{ended}}","kind":"{{kind}}","outputSha256":"{{Hash}}","results":[{"attempt":"att_1",
             "meter":{"outputTokens":2},"output":"{{Hash}}","publicKey":"{{Convert.ToBase64String(key)}}",
             "signature":"{{result}}"}],"resultsSigned":1,"version":1,"work":"{{work}}"}
            """;
        var signer = ReceiptKey.IdOf(forged == "key" ? Device : Marketplace);
        var signature = Sign(Marketplace, SignedText.Receipt(forged == "body" ? body + " " : body));

        return new(
            ReceiptId.From(Domain.PrefixedId.Derive("receipt", work)),
            work,
            Customer(),
            Provider(),
            body,
            forged == "none" ? null : new(signer, signature));
    }

    private static Task Enrol(TestBook books, byte[] key, int provider, CancellationToken cancel) => books.Register.Put(
        [new(RegisterKinds.Device, DeviceId.OfKey(key).Value, Provider(provider).Value, "listed", "{}", null)], cancel);

    private static string Sign(byte[] key, byte[] message) =>
        Convert.ToBase64String(SHA512.HashData([.. key, .. message]));
}
