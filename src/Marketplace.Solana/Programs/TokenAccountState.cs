namespace Marketplace.Solana.Programs;

/// <summary>The state byte of a token account. A frozen one can neither send nor receive.</summary>
public enum TokenAccountState
{
    Uninitialized = 0,
    Initialized = 1,
    Frozen = 2,
}
