using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Solana;

/// <summary>
/// An Ed25519 signature. The first one of a transaction is the transaction's id, known before it is sent.
/// </summary>
public sealed class Signature : IEquatable<Signature>
{
    /// <summary>64 bytes, always.</summary>
    public const int Length = 64;

    private readonly byte[] _bytes;

    /// <summary>Copies exactly 64 bytes.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public Signature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A signature has 64 bytes, got {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    public static bool operator ==(Signature? left, Signature? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(Signature? left, Signature? right) => !(left == right);

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads base58; anything but exactly 64 bytes is refused.</summary>
    public static Signature Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not base58 of 64 bytes.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out Signature? value)
    {
        value = Base58Text.TryDecode(text, Length, out var bytes) ? new Signature(bytes) : null;
        return value is not null;
    }

    public byte[] ToArray() => [.. _bytes];

    public bool Equals(Signature? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Signature);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    /// <summary>Base58.</summary>
    public override string ToString() => Base58Text.Encode(_bytes);
}
