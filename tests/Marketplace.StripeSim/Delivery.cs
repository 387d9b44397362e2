namespace Marketplace.StripeSim;

/// <summary>How an event is brought to an endpoint.</summary>
public sealed record Delivery
{
    /// <summary>Each makes a <c>v1</c> signature: two while a secret is replaced.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>How old the signature is.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>The body is changed after it was signed.</summary>
    public bool IsTampered { get; init; }

    /// <summary>Another API version than ours.</summary>
    public string? ApiVersion { get; init; }
}
