namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>What became of a wish for an API key.</summary>
[GenerateSerializer, Immutable, Alias("IssueKeyOutcome")]
public abstract record IssueKeyOutcome
{
    private IssueKeyOutcome()
    {
    }

    /// <summary>The key stands.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Replayed">It stood before: its secret is that of the first time, which nobody has kept.</param>
    [GenerateSerializer, Immutable, Alias("IssueKeyOutcome.Issued")]
    public sealed record Issued([property: Id(0)] ApiKeyView Key, [property: Id(1)] bool Replayed) : IssueKeyOutcome;

    /// <summary>The id belongs to a key of another name, scope, mode or end.</summary>
    [GenerateSerializer, Immutable, Alias("IssueKeyOutcome.IdTaken")]
    public sealed record IdTaken : IssueKeyOutcome;

    /// <summary>The account has as many live keys as it may have: one must be revoked first.</summary>
    /// <param name="LiveMax">Live keys that an account may have.</param>
    [GenerateSerializer, Immutable, Alias("IssueKeyOutcome.TooMany")]
    public sealed record TooMany([property: Id(0)] int LiveMax) : IssueKeyOutcome;

    /// <summary>The account has keys of the other mode only: see <c>AccountMode</c>.</summary>
    [GenerateSerializer, Immutable, Alias("IssueKeyOutcome.OtherMode")]
    public sealed record OtherMode : IssueKeyOutcome;
}
