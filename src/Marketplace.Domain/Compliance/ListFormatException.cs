using System.Globalization;

namespace Marketplace.Domain.Compliance;

/// <summary>A list file is not what its format says; nothing of it is used.</summary>
public sealed class ListFormatException : FormatException
{
    public ListFormatException(string file, int line, string field, string why)
        : base(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}, {field}: {why}"))
    {
        File = file;
        Line = line;
        Field = field;
    }

    public string File { get; }

    /// <summary>Counted from 1.</summary>
    public int Line { get; }

    public string Field { get; }
}
