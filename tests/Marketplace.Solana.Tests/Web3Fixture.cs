using System.Text.Json;
using Marketplace.Solana.Keys;

namespace Marketplace.Solana.Tests;

/// <summary>What @solana/web3.js made of fixed inputs (infra/solana-localnet/fixtures/make.mjs).</summary>
internal static class Web3Fixture
{
    public static JsonElement Root { get; } = Load();

    public static PublicKey Mint { get; } = PublicKey.Parse("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU");

    public static Hash Blockhash { get; } = new(Key(200).Bytes);

    public static Keypair Pair(byte number) => Keypair.FromSeed(Enumerable.Repeat(number, 32).ToArray());

    public static PublicKey Key(byte number) => Pair(number).PublicKey;

    public static (byte[] Message, byte[] Wire, string Id) Case(string version, string name)
    {
        var entry = Root.GetProperty(version).GetProperty(name);
        return (
            entry.GetProperty("message").GetBytesFromBase64(),
            entry.GetProperty("wire").GetBytesFromBase64(),
            entry.GetProperty("id").GetString()!);
    }

    private static JsonElement Load()
    {
        var assembly = typeof(Web3Fixture).Assembly;
        var name = assembly.GetManifestResourceNames().Single(one => one.EndsWith("web3.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
