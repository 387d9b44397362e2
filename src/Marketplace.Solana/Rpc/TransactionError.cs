namespace Marketplace.Solana.Rpc;

/// <summary>Why a transaction failed, in the chain's own words.</summary>
public abstract record TransactionError
{
    private TransactionError()
    {
    }

    /// <summary>
    /// The whole transaction: <c>BlockhashNotFound</c>, <c>AlreadyProcessed</c>, <c>InsufficientFundsForRent</c> with
    /// the account at fault ...
    /// </summary>
    public sealed record Whole(string Name, int? AccountIndex = null) : TransactionError;

    /// <summary>
    /// One instruction, counted from 0; a program's own error number is in <paramref name="Custom"/>.
    /// </summary>
    public sealed record InInstruction(int Index, string Name, uint? Custom = null) : TransactionError;
}
