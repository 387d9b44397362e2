using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Solana;

/// <summary>A blockhash, a durable nonce value, or a genesis hash.</summary>
public sealed class Hash : IEquatable<Hash>
{
    /// <summary>32 bytes, always.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;

    /// <summary>Copies exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A hash has 32 bytes, got {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    public static bool operator ==(Hash? left, Hash? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Hash? left, Hash? right) => !(left == right);

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads base58; anything but exactly 32 bytes is refused.</summary>
    public static Hash Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not base58 of 32 bytes.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out Hash? value)
    {
        value = Base58Text.TryDecode(text, Length, out var bytes) ? new Hash(bytes) : null;
        return value is not null;
    }

    public byte[] ToArray() => [.. _bytes];

    public bool Equals(Hash? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Hash);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    /// <summary>Base58.</summary>
    public override string ToString() => Base58Text.Encode(_bytes);
}
