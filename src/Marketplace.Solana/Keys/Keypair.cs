using System.Security.Cryptography;
using System.Text.Json;
using NSec.Cryptography;

namespace Marketplace.Solana.Keys;

/// <summary>An Ed25519 key pair in memory. Dispose it to wipe the private half.</summary>
public sealed class Keypair : IDisposable
{
    public const int SeedLength = 32;
    private const int FileBytesMax = 1024;

    private readonly Key _key;

    private Keypair(Key key)
    {
        _key = key;
        PublicKey = new PublicKey(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public PublicKey PublicKey { get; }

    public static Keypair Generate() => FromSeed(RandomNumberGenerator.GetBytes(SeedLength));

    public static Keypair FromSeed(ReadOnlySpan<byte> seed) =>
        seed.Length == SeedLength
            ? new Keypair(Key.Import(
                SignatureAlgorithm.Ed25519,
                seed,
                KeyBlobFormat.RawPrivateKey,
                new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }))
            : throw new FormatException($"A seed has 32 bytes, got {seed.Length}.");

    /// <summary>
    /// Reads a key file: the JSON array of 64 numbers that the Solana command line writes, or 32 raw seed bytes.
    /// </summary>
    public static Keypair Load(string path)
    {
        var length = new FileInfo(path).Length;

        if (length > FileBytesMax)
        {
            throw new FormatException($"Key file '{path}' has {length} bytes, expected 32 raw or a JSON array of 64.");
        }

        var content = File.ReadAllBytes(path);

        try
        {
            return content.Length == SeedLength ? FromSeed(content) : FromJson(content);
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            // The content is a secret: only the path and the shape may be told.
            throw new FormatException(
                $"Key file '{path}' is neither 32 raw bytes nor a JSON array of 64 numbers whose halves match.",
                problem is FormatException ? problem : null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>The JSON array form; its second half must be the public key of its first.</summary>
    public static Keypair FromJson(ReadOnlySpan<byte> json)
    {
        var numbers = JsonSerializer.Deserialize<int[]>(json) ?? [];

        if (numbers.Length != SeedLength + PublicKey.Length || numbers.Any(number => number is < 0 or > byte.MaxValue))
        {
            throw new FormatException("A key file holds 64 numbers from 0 to 255.");
        }

        var bytes = numbers.Select(number => (byte)number).ToArray();
        var pair = FromSeed(bytes.AsSpan(0, SeedLength));

        return pair.PublicKey.Bytes.SequenceEqual(bytes.AsSpan(SeedLength))
            ? pair
            : throw new FormatException("The public half does not belong to the private half.");
    }

    /// <summary>The file form of the Solana command line. A secret: write it with mode 600 only.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            _key.Export(KeyBlobFormat.RawPrivateKey).Concat(PublicKey.ToArray()).Select(value => (int)value));

    public Signature Sign(ReadOnlySpan<byte> message) => new(SignatureAlgorithm.Ed25519.Sign(_key, message));

    public static bool Verify(PublicKey key, ReadOnlySpan<byte> message, Signature signature) =>
        NSec.Cryptography.PublicKey.TryImport(
            SignatureAlgorithm.Ed25519, key.Bytes, KeyBlobFormat.RawPublicKey, out var known)
        && SignatureAlgorithm.Ed25519.Verify(known!, message, signature.Bytes);

    public void Dispose() => _key.Dispose();
}
