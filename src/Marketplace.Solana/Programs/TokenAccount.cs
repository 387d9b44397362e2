namespace Marketplace.Solana.Programs;

/// <summary>One holder's balance of one token: 165 bytes.</summary>
public sealed record TokenAccount
{
    public const int Length = 165;

    public required PublicKey Mint { get; init; }

    public required PublicKey Owner { get; init; }

    public required ulong Amount { get; init; }

    public required PublicKey? Delegate { get; init; }

    public required TokenAccountState State { get; init; }

    public required PublicKey? CloseAuthority { get; init; }

    public bool IsFrozen => State == TokenAccountState.Frozen;

    /// <exception cref="MessageFormatException">Another length or an unknown state.</exception>
    public static TokenAccount Decode(ReadOnlySpan<byte> data)
    {
        AccountData.Check(data, Length, "token account");
        var reader = new WireReader(data);
        var mint = reader.Key("mint");
        var owner = reader.Key("owner");
        var amount = reader.U64("amount");
        var delegated = AccountData.OptionalKey(ref reader, "delegate");
        var state = reader.Byte("state");
        reader.Bytes(4 + 8 + 8, "native reserve and delegated amount");

        return new TokenAccount
        {
            Mint = mint,
            Owner = owner,
            Amount = amount,
            Delegate = delegated,
            State = state <= (byte)TokenAccountState.Frozen
                ? (TokenAccountState)state
                : throw new MessageFormatException(108, $"token account state {state}, expected 0 to 2"),
            CloseAuthority = AccountData.OptionalKey(ref reader, "close authority"),
        };
    }
}
