namespace Marketplace.Domain.Verification;

/// <summary>A member of a receipt's file is wrong. Never leaves <see cref="ReceiptCheck"/>.</summary>
internal sealed class ReceiptFault(string field, string why) : Exception($"{field}: {why}")
{
    public string Field { get; } = field;

    public string Why { get; } = why;
}
