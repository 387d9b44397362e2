namespace Marketplace.Grains.Abstractions;

/// <summary>What became of an upload.</summary>
public abstract record PutBlobOutcome
{
    private PutBlobOutcome()
    {
    }

    /// <summary>The file is there; <c>New</c> is false when it had been there before.</summary>
    public sealed record Stored(string Sha256, long Bytes, bool New) : PutBlobOutcome;

    /// <summary>The stream is longer than the limit.</summary>
    public sealed record TooLarge(long BytesMax) : PutBlobOutcome;

    /// <summary>The bytes have another hash than the expected one.</summary>
    public sealed record OtherHash(string Actual) : PutBlobOutcome;
}
