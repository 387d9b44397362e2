namespace Marketplace.Solana.Rpc;

/// <summary>
/// The node did not give an answer: it refused, was unreachable, or talked nonsense. On a send it never proves that the
/// transaction did not go out.
/// </summary>
public sealed class SolanaRpcException : Exception
{
    public SolanaRpcException(string message)
        : base(message)
    {
    }

    public SolanaRpcException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public SolanaRpcException()
    {
    }

    /// <summary>The JSON-RPC error code; null when there was no JSON-RPC answer.</summary>
    public int? Code { get; init; }

    /// <summary>The HTTP status; null when there was no HTTP answer.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Set on -32002: what preflight saw.</summary>
    public TransactionError? TransactionError { get; init; }

    /// <summary>Program logs that came with a preflight failure.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>
    /// True when another node may know better: this one lags, is unhealthy, throttles or cannot be reached. Never
    /// evidence.
    /// </summary>
    public bool IsAboutTheNode => Code is null or RpcCode.NodeUnhealthy or RpcCode.NoHistory or RpcCode.MinContextSlot;
}
