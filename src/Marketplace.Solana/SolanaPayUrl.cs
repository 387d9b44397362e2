using System.Globalization;
using System.Text;

namespace Marketplace.Solana;

/// <summary>
/// A transfer request of the Solana Pay specification. The recipient is a wallet, never a token account.
/// </summary>
public sealed record SolanaPayUrl
{
    public required PublicKey Recipient { get; init; }

    /// <summary>The token to pay in; SOL when absent.</summary>
    public PublicKey? Mint { get; init; }

    /// <summary>In whole tokens, as the specification asks; the wallet asks the user when absent.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Keys the wallet adds to the transfer so that it can be found by address.</summary>
    public IReadOnlyList<PublicKey> References { get; init; } = [];

    public string? Label { get; init; }

    public string? Message { get; init; }

    public string? Memo { get; init; }

    public override string ToString()
    {
        if (Amount is < 0)
        {
            throw new InvalidOperationException("A payment request cannot ask for less than nothing.");
        }

        var url = new StringBuilder("solana:").Append(Recipient);
        var separator = '?';
        Add("amount", Amount?.ToString("0.#########", CultureInfo.InvariantCulture));
        Add("spl-token", Mint?.ToString());

        foreach (var reference in References)
        {
            Add("reference", reference.ToString());
        }

        Add("label", Label);
        Add("message", Message);
        Add("memo", Memo);
        return url.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
    }
}
