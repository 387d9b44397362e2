using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Marketplace.Solana;

/// <summary>An account address: an Ed25519 public key, or a program-derived address off the curve.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>32 bytes, always.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;

    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"An address has 32 bytes, got {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    public static bool operator ==(PublicKey? left, PublicKey? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(PublicKey? left, PublicKey? right) => !(left == right);

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads base58; anything but exactly 32 bytes is refused.</summary>
    public static PublicKey Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not base58 of 32 bytes.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out PublicKey? value)
    {
        value = Base58Text.TryDecode(text, Length, out var bytes) ? new PublicKey(bytes) : null;
        return value is not null;
    }

    public byte[] ToArray() => [.. _bytes];

    public bool Equals(PublicKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    /// <summary>Base58.</summary>
    public override string ToString() => Base58Text.Encode(_bytes);

    /// <summary>
    /// True for a key that can sign; false for a program-derived address. A recipient wallet must be on the curve.
    /// </summary>
    public bool IsOnCurve() => Ed25519.ValidatePublicKeyPartial(_bytes, 0);
}
