using System.Security.Cryptography;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Solana.Keys;

namespace Marketplace.Testing.Verification;

/// <summary>Makes receipts with every proof there is, as the marketplace does it, with keys of its own.</summary>
public sealed class SignedReceipts : IDisposable
{
    public const string Genesis = "GH7ome3EiwEr7tu9JuTh2dpYWBJK3z69Xm1ZE3MEE6JC";
    public const string Transaction =
        "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW";

    private readonly Keypair _market = Keypair.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());
    private readonly Keypair _device = Keypair.FromSeed(Enumerable.Repeat((byte)9, 32).ToArray());

    /// <summary>The address that signs on chain.</summary>
    public string Signer => _market.PublicKey.ToString();

    public ReceiptKeys Keys => new(
        [new(KeyId, Convert.ToBase64String(_market.PublicKey.ToArray()), DateTimeOffset.UnixEpoch, Current: true)],
        [new(Genesis, Signer)]);

    private string KeyId => ReceiptKey.IdOf(_market.PublicKey.Bytes);

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        Keypair.Verify(new(publicKey), message, new(signature));

    /// <summary>A receipt of a text, at a place of an epoch of so many receipts.</summary>
    public string File(
        int size = 5,
        int index = 3,
        bool isSigned = true,
        bool isClosed = true,
        string? pretended = null,
        string? root = null,
        string? told = null,
        (string? Signed, string? Told) leaves = default)
    {
        var body = ReceiptFile.Body(Receipt(isSigned, pretended, root, told ?? root, leaves));
        const long first = 11;
        var place = first + index;
        var previous = SHA256.HashData([1]);
        var hash = ReceiptChain.Next(previous, place, body);
        var hashes = Enumerable.Range(0, size).Select(at => at == index ? hash : SHA256.HashData([(byte)at])).ToArray();
        var head = new EpochHead(
            3, first, size, Convert.ToHexStringLower(MerkleTree.Root(hashes)), "2026-01-05T12:00:00.000000Z");
        var signed = Sign(SignedText.Epoch(head.Text()));
        string[] path = [.. MerkleTree.Path(hashes, index).Select(Convert.ToHexStringLower)];
        var proof = new ReceiptProof(
            Sign(SignedText.Receipt(body)),
            new(place, Convert.ToHexStringLower(previous), Convert.ToHexStringLower(hash)),
            isClosed
                ? new(head.Number, first, size, head.Root, head.ClosedAt, signed.Key, signed.Signature, path)
                : null,
            isClosed ? new("final", Genesis, Signer, Transaction, head.Memo) : null);

        return ReceiptFile.Write(body, proof, Sign);
    }

    /// <summary>Signs a text as the marketplace.</summary>
    public KeySignature Sign(byte[] text) => new(KeyId, Convert.ToBase64String(_market.Sign(text).ToArray()));

    public void Dispose()
    {
        _market.Dispose();
        _device.Dispose();
    }

    private static Guid Id(string of) => PrefixedId.Derive("receipt-test", of);

    private Receipt Receipt(
        bool isSigned, string? pretended, string? root, string? told, (string? Signed, string? Told) leaves)
    {
        var attempt = AttemptId.From(Id("attempt"));
        var output = Convert.ToHexStringLower(SHA256.HashData("Once upon a time"u8));
        var meter = new Dictionary<string, long>(StringComparer.Ordinal) { ["promptTokens"] = 3, ["outputTokens"] = 40 };
        var statement = SignedText.Result(
            attempt.Value, "job_test", pretended ?? output, meter, root, leaves.Signed);
        SignedResult[] results = isSigned
            ?
            [
                new(
                    attempt,
                    output,
                    meter,
                    Convert.ToBase64String(_device.PublicKey.ToArray()),
                    Convert.ToBase64String(_device.Sign(statement).ToArray()),
                    root,
                    leaves.Told),
            ]
            : [];
        var price = Usdc.FromMicros(2_000_000);
        var now = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

        return new(
            ReceiptId.From(Id("id")),
            "job_test",
            "text",
            AccountId.From(Id("account")),
            ProviderId.From(Id("provider")),
            DeviceId.From(Id("device")),
            attempt,
            output,
            output,
            output,
            meter,
            new DeviceAsk(price, price, price),
            Usdc.FromMicros(86),
            ["fund:job_test:0", "charge:job_test"],
            "unchecked",
            now,
            now.AddSeconds(3),
            results,
            results.Length,
            1 - results.Length,
            Audit: told is null ? null : new(told, "2026-01-05", 20_000, Drawn: false, 0, 0, null));
    }
}
