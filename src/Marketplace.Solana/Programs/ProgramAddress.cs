using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Solana.Programs;

/// <summary>Addresses that no private key owns, and addresses derived from a key and a seed.</summary>
public static class ProgramAddress
{
    private const int SeedsMax = 16;
    private const int SeedBytesMax = 32;

    /// <summary>
    /// The first address off the curve, trying bumps from 255 down (the bump is the last seed).
    /// </summary>
    public static (PublicKey Address, byte Bump) Find(
        PublicKey program, params IReadOnlyList<ReadOnlyMemory<byte>> seeds)
    {
        if (seeds.Count >= SeedsMax || seeds.Any(seed => seed.Length > SeedBytesMax))
        {
            throw new ArgumentException("At most 15 seeds of at most 32 bytes each.", nameof(seeds));
        }

        for (var bump = (int)byte.MaxValue; bump >= 0; bump--)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

            foreach (var seed in seeds)
            {
                hash.AppendData(seed.Span);
            }

            hash.AppendData([(byte)bump]);
            hash.AppendData(program.Bytes);
            hash.AppendData("ProgramDerivedAddress"u8);
            var candidate = new PublicKey(hash.GetHashAndReset());

            if (!candidate.IsOnCurve())
            {
                return (candidate, (byte)bump);
            }
        }

        throw new InvalidOperationException($"No bump of program {program} gives an address off the curve.");
    }

    /// <summary>SHA-256 of base, seed and owner: the address CreateAccountWithSeed makes.</summary>
    public static PublicKey WithSeed(PublicKey basis, string seed, PublicKey owner)
    {
        var text = SeedBytes(seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(basis.Bytes);
        hash.AppendData(text);
        hash.AppendData(owner.Bytes);
        return new PublicKey(hash.GetHashAndReset());
    }

    internal static byte[] SeedBytes(string seed)
    {
        var bytes = Encoding.UTF8.GetBytes(seed);

        return bytes.Length <= SeedBytesMax
            ? bytes
            : throw new ArgumentException($"A seed has at most 32 bytes, '{seed}' has {bytes.Length}.", nameof(seed));
    }
}
