namespace Marketplace.Solana.Rpc;

/// <summary>What one of several nodes came to.</summary>
public abstract record NodeAnswer<T>
{
    private NodeAnswer()
    {
    }

    /// <summary>It answered.</summary>
    public sealed record Told(T Value) : NodeAnswer<T>;

    /// <summary>It did not, or refused.</summary>
    public sealed record Failed(SolanaRpcException Problem) : NodeAnswer<T>;
}
