namespace Marketplace.Ledger;

/// <summary>The claim of a key, read or about to be written.</summary>
internal sealed class CommandRow(string key, string kind, byte[] hash)
{
    public string Key => key;

    public string Kind => kind;

    public byte[] Hash => hash;

    /// <summary>0 until it is written.</summary>
    public long Sequence { get; set; }

    public List<PostingRow> Postings { get; } = [];
}
