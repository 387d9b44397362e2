namespace Marketplace.Solana.Rpc;

/// <summary>JSON-RPC error codes of a Solana node (agave, rpc-client-api/src/custom_error.rs).</summary>
public static class RpcCode
{
    public const int InvalidParams = -32602;
    public const int BlockCleanedUp = -32001;
    public const int PreflightFailed = -32002;
    public const int SignatureVerification = -32003;
    public const int BlockNotAvailable = -32004;
    public const int NodeUnhealthy = -32005;
    public const int SlotSkipped = -32007;
    public const int NoHistory = -32011;
    public const int UnsupportedVersion = -32015;
    public const int MinContextSlot = -32016;
}
