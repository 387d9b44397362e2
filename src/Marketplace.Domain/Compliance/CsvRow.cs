namespace Marketplace.Domain.Compliance;

/// <summary>One row and the line that it begins in, counted from 1.</summary>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Values)
{
    /// <summary>How the files say that a field has no value.</summary>
    private const string Null = "-0-";

    /// <summary>The value as it stands, blanks and all, or empty.</summary>
    public string Raw(int field) => Values[field].Trim() == Null ? string.Empty : Values[field];

    public string Text(int field) => Raw(field).Trim();
}
