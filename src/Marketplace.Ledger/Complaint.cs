using System.Runtime.CompilerServices;

namespace Marketplace.Ledger;

/// <summary>
/// What is wrong with an entry, put into words only when something is: every entry passes many checks.
/// </summary>
[InterpolatedStringHandler]
internal ref struct Complaint
{
    private DefaultInterpolatedStringHandler _words;

    public Complaint(int literalLength, int formattedCount, bool isRight, out bool isWanted)
    {
        isWanted = !isRight;
        _words = isRight ? default : new(literalLength, formattedCount);
    }

    public void AppendLiteral(string text) => _words.AppendLiteral(text);

    public void AppendFormatted<TValue>(TValue value) => _words.AppendFormatted(value);

    public string Text() => _words.ToStringAndClear();
}
