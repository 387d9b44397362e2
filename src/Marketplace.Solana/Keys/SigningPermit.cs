namespace Marketplace.Solana.Keys;

/// <summary>What one signature may do. It is made from stored rows, not from the request that asked for them.</summary>
public abstract record SigningPermit
{
    private SigningPermit()
    {
    }

    /// <summary>
    /// Exactly these transfers, in this order, behind an advance of <paramref name="Nonce"/> at this value.
    /// </summary>
    public sealed record Transfers(PublicKey Nonce, Hash NonceValue, IReadOnlyList<PermittedTransfer> Payees)
        : SigningPermit
    {
        /// <summary>
        /// Lookup tables as the chain tells them, that accounts may be taken from; each has to be what
        /// <see cref="ITableRecord"/> says too. Default none: every address is spelled out.
        /// </summary>
        public IReadOnlyList<LookupTable> Tables { get; init; } = [];
    }

    /// <summary>
    /// Exactly these transfers, in this order, on this blockhash. Only where
    /// <see cref="SigningPolicy.AllowsExpiring"/>.
    /// </summary>
    public sealed record ExpiringTransfers(Hash Blockhash, IReadOnlyList<PermittedTransfer> Payees) : SigningPermit;

    /// <summary>Nothing but using up the nonce: cancels whatever else was signed with the same value.</summary>
    public sealed record CancelNonce(PublicKey Nonce, Hash NonceValue) : SigningPermit;

    /// <summary>Creates and initializes the fee payer's nonce account with this seed, and nothing else.</summary>
    public sealed record CreateNonce(string Seed, ulong LamportsMax) : SigningPermit;

    /// <summary>Exactly this memo, signed by the fee payer, and nothing else: it can move nothing.</summary>
    public sealed record Note(string Text) : SigningPermit;

    /// <summary>
    /// The fee payer pays for moving exactly this much from the account of <paramref name="Owner"/>, who signs too,
    /// into the fee payer's own.
    /// </summary>
    public sealed record Sweep(PublicKey Owner, ulong Amount) : SigningPermit;

    /// <summary>Opens the fee payer's own token account, and nothing else.</summary>
    public sealed record OpenTokenAccount : SigningPermit;

    /// <summary>
    /// Makes the fee payer's own lookup table of this slot, which must be written down, and nothing else.
    /// </summary>
    public sealed record CreateTable(ulong Slot) : SigningPermit;

    /// <summary>
    /// Puts exactly these addresses into the fee payer's own lookup table, at its cost, and nothing else: those that
    /// are written down next.
    /// </summary>
    public sealed record ExtendTable(PublicKey Table, IReadOnlyList<PublicKey> Addresses) : SigningPermit;

    /// <summary>Ends a lookup table that is written down, and nothing else.</summary>
    public sealed record DeactivateTable(PublicKey Table) : SigningPermit;
}
