namespace Marketplace.Grains.Payouts;

/// <summary>One chain with a treasury on it: Solana, or another one that speaks its RPC.</summary>
public class RailOptions
{
    /// <summary>The node that is asked. Without it there are no deposits and no payouts.</summary>
    public string? RpcUrl { get; set; }

    /// <summary>
    /// Further nodes: sends go to all, and what money depends on counts when <c>Quorum</c> of them say the same. Three
    /// outlast one.
    /// </summary>
    public IList<string> FurtherRpcUrls { get; } = [];

    /// <summary>
    /// How many nodes have to say the same where money depends on it; all of them where there are fewer. With 2 nodes
    /// and 2 payouts and deposits wait while one is dead; 1 lets them go on with the word of one. Default 2.
    /// </summary>
    public int Quorum { get; set; } = 2;

    /// <summary>
    /// Slots that a node's finalized slot may lie behind what it said before; further back payouts are frozen. Machines
    /// behind one address differ by a few. Default 150.
    /// </summary>
    public int FinalizedSlotsBackMax { get; set; } = 150;

    /// <summary>
    /// Websocket of the node: deposits and payouts look at the chain as soon as it says that something changed. A hint
    /// only: polling is the truth. Default none.
    /// </summary>
    public string? WebSocketUrl { get; set; }

    /// <summary>
    /// The chain, by its genesis hash; a node of another chain is refused. Empty: the first one seen is kept.
    /// </summary>
    public string? GenesisHash { get; set; }

    /// <summary>The mint of USDC on this chain. Default: USDC on devnet.</summary>
    public string UsdcMint { get; set; } = "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU";

    /// <summary>
    /// Whether this chain has durable nonces. False: payouts live as long as their blockhash, and at least two nodes
    /// are needed to prove one dead. Default true.
    /// </summary>
    public bool DurableNonces { get; set; } = true;

    /// <summary>
    /// Without nonces: blocks to wait beyond the last one that may hold a payout before its death is looked for.
    /// Default 150.
    /// </summary>
    public int ExpiryMarginBlocks { get; set; } = 150;

    /// <summary>
    /// Whether payees that are paid again and again are put into address lookup tables on this chain, so that one
    /// transaction pays up to 44 of them instead of 15. It costs rent, and needs durable nonces. Default false.
    /// </summary>
    public bool LookupTables { get; set; }

    /// <summary>Where the treasury's key is: File or Pkcs11. Default File.</summary>
    public TreasurySigner Signer { get; set; } = TreasurySigner.File;

    /// <summary>Key file of the treasury, as the Solana command line writes it. Refused on mainnet.</summary>
    public string? TreasuryKeyFile { get; set; }

    /// <summary>Path of the token's PKCS#11 library, such as <c>/usr/lib/softhsm/libsofthsm2.so</c>.</summary>
    public string? Pkcs11Module { get; set; }

    /// <summary>Label of the token.</summary>
    public string? Pkcs11Token { get; set; }

    /// <summary>Label of the treasury's key pair in the token. Default treasury.</summary>
    public string Pkcs11KeyLabel { get; set; } = "treasury";

    /// <summary>File with the token's user PIN.</summary>
    public string? Pkcs11PinFile { get; set; }

    /// <summary>While this file exists nothing is signed.</summary>
    public string? KillSwitchFile { get; set; }

    /// <summary>How long one call may take. Default 10 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>True when a chain is configured.</summary>
    public bool IsConfigured => !string.IsNullOrWhiteSpace(RpcUrl);
}
