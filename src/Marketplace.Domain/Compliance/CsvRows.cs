using System.Text;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Rows of comma-separated text: fields may be quoted, a quote inside is doubled, a quoted field may hold line ends.
/// </summary>
internal static class CsvRows
{
    /// <summary>Longest field.</summary>
    public const int FieldLengthMax = 100_000;

    /// <summary>How old systems mark the end of a file.</summary>
    private const char EndOfFile = '\u001A';

    /// <exception cref="ListFormatException">A quote is not closed, or a row has another number of fields.</exception>
    public static IEnumerable<CsvRow> Read(string file, string text, IReadOnlyList<string> fields)
    {
        var at = 0;
        var line = 1;

        while (at < text.Length)
        {
            if (text[at] is '\r' or '\n' or EndOfFile)
            {
                line += text[at] == '\n' ? 1 : 0;
                at++;
                continue;
            }

            var begin = line;
            var values = new List<string>(fields.Count);

            do
            {
                var field = values.Count < fields.Count
                    ? fields[values.Count]
                    : throw new ListFormatException(file, line, "row", $"more than {fields.Count} fields");
                values.Add(Field(file, text, field, ref at, ref line));
            }
            while (at < text.Length && text[at++] == ',');

            if (values.Count != fields.Count)
            {
                throw new ListFormatException(
                    file, begin, fields[values.Count], $"is missing: {values.Count} of {fields.Count} fields");
            }

            line += text[at - 1] == '\n' ? 1 : 0;
            yield return new(begin, values);
        }
    }

    /// <summary>Reads one field and stops at the comma or line end behind it.</summary>
    private static string Field(string file, string text, string field, ref int at, ref int line)
    {
        var begin = line;
        var value = new StringBuilder();
        var isQuoted = at < text.Length && text[at] == '"';
        at += isQuoted ? 1 : 0;

        for (; at < text.Length; at++)
        {
            var letter = text[at];

            if (isQuoted && letter == '"')
            {
                if (at + 1 >= text.Length || text[at + 1] != '"')
                {
                    at++;
                    return Close(file, text, field, value, ref at, line);
                }

                at++;
            }
            else if (!isQuoted && letter is ',' or '\r' or '\n' or EndOfFile)
            {
                return value.ToString();
            }

            line += letter == '\n' ? 1 : 0;
            value.Append(letter);

            if (value.Length > FieldLengthMax)
            {
                throw new ListFormatException(file, begin, field, $"is longer than {FieldLengthMax} characters");
            }
        }

        return isQuoted
            ? throw new ListFormatException(file, begin, field, "its quote is not closed")
            : value.ToString();
    }

    private static string Close(
        string file, string text, string field, StringBuilder value, ref int at, int line)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        return at >= text.Length || text[at] is ',' or '\r' or '\n' or EndOfFile
            ? value.ToString()
            : throw new ListFormatException(file, line, field, $"'{text[at]}' follows its closing quote");
    }
}
