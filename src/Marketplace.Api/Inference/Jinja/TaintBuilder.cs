using System.Text;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Puts a text together of parts.</summary>
internal sealed class TaintBuilder
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _flips = [];

    public int Length => _text.Length;

    public TaintBuilder Append(TaintedText part)
    {
        if (part.Length == 0)
        {
            return this;
        }

        var isTainted = _flips.Count % 2 == 1;
        var flips = part.Flips;
        var begins = flips.Length > 0 && flips[0] == 0;

        if (isTainted != begins)
        {
            _flips.Add(Length);
        }

        foreach (var flip in begins ? flips[1..] : flips)
        {
            _flips.Add(Length + flip);
        }

        _text.Append(part.Value);
        return this;
    }

    public TaintBuilder Append(string own) => Append(TaintedText.Own(own));

    public TaintedText ToText() => new(_text.ToString(), [.. _flips]);
}
