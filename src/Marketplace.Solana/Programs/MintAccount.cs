namespace Marketplace.Solana.Programs;

/// <summary>What the chain stores about a token: 82 bytes.</summary>
public sealed record MintAccount
{
    public const int Length = 82;

    public required PublicKey? Authority { get; init; }

    public required ulong Supply { get; init; }

    public required byte Decimals { get; init; }

    public required bool IsInitialized { get; init; }

    /// <summary>Who can freeze holders' accounts; USDC has one.</summary>
    public required PublicKey? FreezeAuthority { get; init; }

    /// <exception cref="MessageFormatException">Another length, or a flag that is neither 0 nor 1.</exception>
    public static MintAccount Decode(ReadOnlySpan<byte> data)
    {
        AccountData.Check(data, Length, "mint");
        var reader = new WireReader(data);

        return new MintAccount
        {
            Authority = AccountData.OptionalKey(ref reader, "mint authority"),
            Supply = reader.U64("supply"),
            Decimals = reader.Byte("decimals"),
            IsInitialized = reader.Byte("initialized") != 0,
            FreezeAuthority = AccountData.OptionalKey(ref reader, "freeze authority"),
        };
    }
}
