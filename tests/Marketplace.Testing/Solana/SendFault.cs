namespace Marketplace.Testing.Solana;

/// <summary>What goes wrong with one send.</summary>
public enum SendFault
{
    /// <summary>The call never arrives.</summary>
    RequestLost,

    /// <summary>The transaction runs, the answer is lost.</summary>
    ReplyLost,

    /// <summary>The node answers with the signature and forgets the transaction.</summary>
    AckOnly,

    /// <summary>The node says that it is behind (-32005).</summary>
    NodeBehind,
}
