using Marketplace.Domain.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>One chain with our treasury on it: nodes, mint and the guarded key.</summary>
internal sealed partial class SolanaRail
{
    public const byte UsdcDecimals = 6;

    public SolanaRail(
        IReadOnlyList<ISolanaRpc> nodes,
        PublicKey mint,
        ITransactionSigner signer,
        ulong transactionMax,
        bool hasNonces = true,
        KillSwitch? killSwitch = null,
        TimeProvider? clock = null,
        NodeRules? rules = null,
        TreasuryTables? tables = null)
    {
        _finalized = new ulong[nodes.Count];
        Nodes = nodes;
        Rpc = new SolanaNodes(nodes, clock, rules);
        Mint = mint;
        TreasuryAccount = AssociatedTokenProgram.Address(signer.PublicKey, mint);
        Signer = new GuardedSigner(signer, new SigningPolicy
        {
            FeePayer = signer.PublicKey,
            Mint = mint,
            Decimals = UsdcDecimals,
            AmountMax = transactionMax,
            AllowsExpiring = !hasNonces,
        }, killSwitch, tables);
        HasNonces = hasNonces;
        Tables = tables;
    }

    /// <summary>Default <c>solana</c>.</summary>
    public RailName Name { get; init; }

    /// <summary>Each by itself, for what all of them have to say.</summary>
    public IReadOnlyList<ISolanaRpc> Nodes { get; }

    /// <summary>All of them together: the first that answers is believed in what cannot cost money.</summary>
    public SolanaNodes Rpc { get; }

    public PublicKey Mint { get; }

    /// <summary>Owner of the tokens, fee payer and authority of the nonces.</summary>
    public PublicKey Treasury => Signer.PublicKey;

    /// <summary>Where the USDC is.</summary>
    public PublicKey TreasuryAccount { get; }

    public GuardedSigner Signer { get; }

    /// <summary>
    /// True: what is signed lives as long as the value of a durable nonce. False: as long as its blockhash, and only
    /// a proof of its death allows another signature.
    /// </summary>
    public bool HasNonces { get; }

    /// <summary>The treasury's lookup tables; null where every address is spelled out.</summary>
    public TreasuryTables? Tables { get; }

    /// <summary>Blocks to wait beyond the last one that may hold a transaction before its death is sought.</summary>
    public ulong ExpiryMargin { get; init; } = 150;

    /// <summary>True where the key lies in a file: good enough for test chains only.</summary>
    public bool HasKeyInFile { get; init; } = true;

    /// <summary>Where a node tells of changed accounts; null where nobody listens.</summary>
    public Uri? WebSocketUrl { get; init; }

    /// <summary>Set by configuration; null keeps the first chain that is seen.</summary>
    public Hash? ConfiguredGenesis { get; init; }

    /// <summary>Each lane's nonce account follows from the treasury and the lane's name.</summary>
    public PublicKey NonceAccountOf(string lane) => ProgramAddress.WithSeed(Treasury, lane, SystemProgram.Id);
}
