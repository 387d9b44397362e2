using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Ledger;

/// <summary>The end of a hash chain: each link is SHA-256 of the link before it, its number and its text.</summary>
internal sealed record ChainHead(long Sequence, byte[] Hash)
{
    public static readonly ChainHead Start = new(0, new byte[SHA256.HashSizeInBytes]);

    public ChainHead Append(string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Hash);
        hash.AppendData(BitConverter.GetBytes(Sequence + 1));
        hash.AppendData(Encoding.UTF8.GetBytes(text));

        return new(Sequence + 1, hash.GetHashAndReset());
    }
}
