using System.Security.Cryptography;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger;

/// <summary>The end of a hash chain: each link is SHA-256 of the link before it, its number and its text.</summary>
internal sealed record ChainHead(long Sequence, byte[] Hash)
{
    public static readonly ChainHead Start = new(0, new byte[SHA256.HashSizeInBytes]);

    public ChainHead Append(string text) =>
        new(Sequence + 1, ReceiptChain.Next(Hash, Sequence + 1, text));
}
