using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Solana.Keys;

namespace Marketplace.Grains.Payments;

/// <summary>
/// The keys of standing deposit addresses: each follows from one secret seed and the account's id, so that none has to
/// be stored and all are found again from the seed alone.
/// </summary>
internal sealed class DepositKeys
{
    private readonly byte[] _seed;

    public DepositKeys(byte[] seed) => _seed = seed.Length == Keypair.SeedLength
        ? seed
        : throw new FormatException($"A seed has {Keypair.SeedLength} bytes, got {seed.Length}.");

    /// <summary>Null where no seed is configured: then there are no standing addresses.</summary>
    public static DepositKeys? Load(DepositOptions options) => string.IsNullOrEmpty(options.AddressSeedFile)
        ? null
        : new DepositKeys(File.ReadAllBytes(options.AddressSeedFile));

    /// <summary>The key of an account's address; the caller disposes it.</summary>
    public Keypair Of(AccountId account)
    {
        var seed = HMACSHA256.HashData(_seed, Encoding.UTF8.GetBytes($"deposit address {account}"));

        try
        {
            return Keypair.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
