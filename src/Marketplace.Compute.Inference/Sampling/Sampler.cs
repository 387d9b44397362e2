using Marketplace.Compute.Inference.Grammars;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>
/// Draws the tokens of one text: its filters, and then <see cref="GumbelMax"/> over what they leave. The same logits,
/// tokens before, seed and position give the same token. Used by one thread at a time.
/// </summary>
/// <param name="temperature">0 is greedy, whatever the filters leave.</param>
/// <param name="seed">The key of the noise.</param>
/// <param name="mask">What the text must be; null for anything.</param>
public sealed class Sampler(SamplingFilters filters, double temperature, ulong seed, TokenMask? mask = null)
{
    private readonly HashSet<int> _seen = [];
    private readonly Dictionary<int, int> _counts = [];
    private readonly CandidateSet _candidates = new();
    private float[] _logits = [];

    /// <summary>Tokens of the prompt, which only the repetition penalty looks at.</summary>
    public void See(IEnumerable<int> prompt)
    {
        if (filters.HasPenalty)
        {
            _seen.UnionWith(prompt);
        }
    }

    /// <summary>A token of the text, drawn here or given.</summary>
    public void Take(int token)
    {
        mask?.Take(token);

        if (filters.HasPenalty)
        {
            _seen.Add(token);
            _counts[token] = _counts.GetValueOrDefault(token) + 1;
        }
    }

    /// <summary>Whether no token may be drawn at all.</summary>
    public bool IsStuck => mask?.IsStuck == true;

    /// <summary>Draws one token.</summary>
    /// <param name="logits">[vocabulary]; stays as it is.</param>
    /// <param name="position">Place of the token to be drawn within its sequence.</param>
    public int Draw(ReadOnlySpan<float> logits, int position)
    {
        var changed = filters.ChangesLogits || mask is not null ? Change(logits) : logits;

        // What is left out is never the largest.
        return temperature <= 0 || !filters.Cuts
            ? GumbelMax.Sample(changed, temperature, seed, position)
            : GumbelMax.Sample(changed, _candidates.Of(changed, filters), temperature, seed, position);
    }

    /// <summary>
    /// By how much a token loses against the best one that is allowed for sure, in logits; 0 where it wins. Never less,
    /// and always a number, if an infinite one.
    /// </summary>
    /// <param name="logits">[vocabulary], computed again: they differ a little from those it was drawn from.</param>
    /// <param name="position">Place of the token within its sequence.</param>
    /// <param name="token">The token that was drawn.</param>
    /// <param name="tolerance">
    /// By how much each logit may differ: tokens this near to the filters' borders are neither in nor out for sure.
    /// </param>
    /// <returns>The margin, and whether the token is out for sure.</returns>
    public (double Margin, bool IsOutside) Margin(
        ReadOnlySpan<float> logits, int position, int token, double tolerance)
    {
        // A repetition penalty stretches logits, and what they differ by with them.
        var stretch = Math.Max(filters.RepetitionPenalty, 1 / filters.RepetitionPenalty);
        var (margin, isOutside) = Stretched(logits, position, token, tolerance * stretch);

        return (margin / stretch, isOutside);
    }

    private (double Margin, bool IsOutside) Stretched(
        ReadOnlySpan<float> logits, int position, int token, double tolerance)
    {
        var changed = filters.ChangesLogits || mask is not null ? Change(logits) : logits;

        if (temperature <= 0)
        {
            return (Excess(changed[GumbelMax.Sample(changed, 0, seed, position)], changed[token]), false);
        }

        var (surely, perhaps) = (float.NegativeInfinity, float.NegativeInfinity);

        if (filters.Cuts)
        {
            // The border's own logit moves too, against the token's.
            var border = (float)(2 * tolerance);
            surely = Least(changed, _candidates.Of(changed, filters.Narrower(tolerance))) + border;
            perhaps = Least(changed, _candidates.Of(changed, filters.Wider(tolerance))) - border;
        }

        var own = GumbelMax.Score(changed[token], temperature, seed, position, token);
        var best = Math.Max(own, GumbelMax.Best(changed, surely, temperature, seed, position).Score);

        return (Excess(best, own), changed[token] < perhaps);
    }

    /// <summary>What has no mass is never drawn, though nothing else had any: it loses by all there is.</summary>
    private static double Excess(double best, double own) => double.IsNegativeInfinity(own) ? double.PositiveInfinity
        : best > own ? best - own
        : 0;

    private static float Least(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens)
    {
        var least = float.PositiveInfinity;

        foreach (var token in tokens)
        {
            least = Math.Min(least, logits[token]);
        }

        return least;
    }

    private ReadOnlySpan<float> Change(ReadOnlySpan<float> logits)
    {
        Array.Resize(ref _logits, logits.Length);
        logits.CopyTo(_logits);

        foreach (var (token, bias) in filters.Bias)
        {
            if (token >= 0 && token < _logits.Length)
            {
                _logits[token] += bias;
            }
        }

        if (filters.HasPenalty)
        {
            Penalise();
        }

        mask?.Apply(_logits);
        return _logits;
    }

    private void Penalise()
    {
        foreach (var token in _seen)
        {
            var logit = (double)_logits[token];
            logit = logit > 0 ? logit / filters.RepetitionPenalty : logit * filters.RepetitionPenalty;

            if (_counts.TryGetValue(token, out var count))
            {
                logit -= (count * filters.FrequencyPenalty) + filters.PresencePenalty;
            }

            _logits[token] = (float)logit;
        }
    }
}
