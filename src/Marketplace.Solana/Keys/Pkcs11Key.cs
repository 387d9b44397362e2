namespace Marketplace.Solana.Keys;

/// <summary>Where a key is that never leaves its token.</summary>
public sealed record Pkcs11Key
{
    /// <summary>Path of the token's PKCS#11 library.</summary>
    public required string Module { get; init; }

    /// <summary>Label of the token.</summary>
    public required string Token { get; init; }

    /// <summary>Label of the Ed25519 key pair; both halves carry it.</summary>
    public required string Label { get; init; }

    /// <summary>File with the user PIN: never an argument, never a setting.</summary>
    public required string PinFile { get; init; }

    /// <summary>How long one signature may take.</summary>
    public TimeSpan SignMax { get; init; } = TimeSpan.FromSeconds(10);
}
