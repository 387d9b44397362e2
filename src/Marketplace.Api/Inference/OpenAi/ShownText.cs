using System.Text;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// What of a growing text may be shown: nothing from the first stop on, and nothing that may turn out to be the
/// beginning of one.
/// </summary>
internal sealed class ShownText(StopStrings? stop)
{
    private string _held = string.Empty;

    /// <summary>Whether a stop was found: the text ended before it.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The whole of a finished text that may be shown.</summary>
    public static string Of(string text, StopStrings? stop)
    {
        var shown = new ShownText(stop);
        return new StringBuilder(shown.Add(text)).Append(shown.End()).ToString();
    }

    /// <summary>Takes what was made; answers what may be shown of it and of what was held back.</summary>
    public string Add(string made)
    {
        if (IsStopped)
        {
            return string.Empty;
        }

        if (stop is null)
        {
            return made;
        }

        var text = _held + made;

        if (stop.FindIn(text) is { } at)
        {
            (IsStopped, _held) = (true, string.Empty);
            return text[..at];
        }

        var shown = text.Length - stop.HeldBack(text);
        _held = text[shown..];
        return text[..shown];
    }

    /// <summary>Nothing more comes: what was held back was no stop.</summary>
    public string End() => _held;
}
