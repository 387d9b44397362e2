using System.Globalization;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>A template cannot be read or cannot be run, reaches a limit, or refuses what it is to render.</summary>
/// <param name="reason">What is wrong.</param>
/// <param name="line">The line of the template, from 1.</param>
/// <param name="isRaised">Whether the template itself says so, by <c>raise_exception</c>.</param>
internal sealed class JinjaException(string reason, int line, bool isRaised = false)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"line {line}: {reason}"))
{
    public string Reason => reason;

    public int Line => line;

    public bool IsRaised => isRaised;
}
