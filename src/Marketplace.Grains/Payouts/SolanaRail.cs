using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>One chain with our treasury on it: nodes, mint and the guarded key.</summary>
internal sealed class SolanaRail
{
    public const byte UsdcDecimals = 6;

    public SolanaRail(IReadOnlyList<ISolanaRpc> nodes, PublicKey mint, ITransactionSigner signer, ulong transactionMax)
    {
        Nodes = nodes;
        Mint = mint;
        TreasuryAccount = AssociatedTokenProgram.Address(signer.PublicKey, mint);
        Signer = new GuardedSigner(signer, new SigningPolicy
        {
            FeePayer = signer.PublicKey,
            Mint = mint,
            Decimals = UsdcDecimals,
            AmountMax = transactionMax,
        });
    }

    /// <summary>The first is asked; sends go to all.</summary>
    public IReadOnlyList<ISolanaRpc> Nodes { get; }

    public ISolanaRpc Rpc => Nodes[0];

    public PublicKey Mint { get; }

    /// <summary>Owner of the tokens, fee payer and authority of the nonces.</summary>
    public PublicKey Treasury => Signer.PublicKey;

    /// <summary>Where the USDC is.</summary>
    public PublicKey TreasuryAccount { get; }

    public GuardedSigner Signer { get; }

    /// <summary>Set by configuration; null keeps the first chain that is seen.</summary>
    public Hash? ConfiguredGenesis { get; init; }

    /// <summary>Each lane's nonce account follows from the treasury and the lane's name.</summary>
    public PublicKey NonceAccountOf(string lane) => ProgramAddress.WithSeed(Treasury, lane, SystemProgram.Id);
}
