using NSec.Cryptography;

namespace Marketplace.Agent.Devices;

/// <summary>The device's Ed25519 key; made on the rig, and never leaves it.</summary>
internal sealed class DeviceKey : IDisposable
{
    private static readonly SignatureAlgorithm Ed25519 = SignatureAlgorithm.Ed25519;

    private readonly Key _key;

    private DeviceKey(Key key) => _key = key;

    /// <summary>32 bytes.</summary>
    public byte[] PublicKey => _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    public static DeviceKey Create() => new(Key.Create(Ed25519, Exportable));

    /// <summary>Reads 32 secret bytes.</summary>
    /// <exception cref="FormatException">They are no key.</exception>
    public static DeviceKey Import(ReadOnlySpan<byte> secret) => new(Key.Import(
        Ed25519, secret, KeyBlobFormat.RawPrivateKey, Exportable));

    public byte[] Export() => _key.Export(KeyBlobFormat.RawPrivateKey);

    public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(_key, message);

    public void Dispose() => _key.Dispose();

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
