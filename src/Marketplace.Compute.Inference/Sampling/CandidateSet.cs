using System.Numerics.Tensors;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>
/// The tokens that top k, top p and min p leave, in this order, each over what the one before it left. Ties go to the
/// lower token. Used by one thread at a time; what it answers holds until it is asked again.
/// </summary>
internal sealed class CandidateSet
{
    private const double DepthFirst = 4;

    /// <summary>What lies deeper below the likeliest token has no mass: e^-128 of it.</summary>
    private const double DepthMax = 128;

    private int[] _tokens = [];
    private ulong[] _keys = [];
    private float _max;

    /// <summary>At least one token.</summary>
    public ReadOnlySpan<int> Of(ReadOnlySpan<float> logits, SamplingFilters filters)
    {
        if (_tokens.Length < logits.Length)
        {
            (_tokens, _keys) = (new int[logits.Length], new ulong[logits.Length]);
        }

        for (var token = 0; token < logits.Length; token++)
        {
            _tokens[token] = token;
        }

        _max = TensorPrimitives.Max(logits);
        var left = TopK(logits, filters.TopK);
        left = TopP(logits, left, filters.TopP);
        left = MinP(logits, left, filters.MinP);
        return _tokens.AsSpan(0, left);
    }

    private int TopK(ReadOnlySpan<float> logits, int most)
    {
        if (most <= 0 || most >= logits.Length)
        {
            return logits.Length;
        }

        Sort(logits, logits.Length);
        return most;
    }

    private int TopP(ReadOnlySpan<float> logits, int count, double mass)
    {
        if (mass >= 1)
        {
            return count;
        }

        var wanted = mass * Mass(logits, count);

        // Most of a vocabulary is never needed, and sorting all of it takes longer than a small model does.
        var found = 0;

        for (var depth = DepthFirst; depth <= DepthMax; depth *= 2)
        {
            found = Gather(logits, count, (float)(_max - depth));

            if (Mass(logits, found) >= wanted)
            {
                break;
            }
        }

        Sort(logits, found);
        var (sum, kept) = (0.0, 0);

        while (kept < found && (kept == 0 || sum < wanted))
        {
            sum += Weight(logits[_tokens[kept]]);
            kept++;
        }

        return kept;
    }

    /// <summary>The likeliest token always stays.</summary>
    private int MinP(ReadOnlySpan<float> logits, int count, double part) =>
        part <= 0 ? count : Gather(logits, count, (float)Math.Min(_max, _max + Math.Log(part)));

    /// <summary>Brings tokens at or above a logit to the front; answers how many they are.</summary>
    private int Gather(ReadOnlySpan<float> logits, int count, float least)
    {
        var front = 0;

        for (var at = 0; at < count; at++)
        {
            if (logits[_tokens[at]] >= least)
            {
                (_tokens[at], _tokens[front]) = (_tokens[front], _tokens[at]);
                front++;
            }
        }

        return front;
    }

    private double Mass(ReadOnlySpan<float> logits, int count)
    {
        var sum = 0.0;

        foreach (var token in _tokens.AsSpan(0, count))
        {
            sum += Weight(logits[token]);
        }

        return sum;
    }

    private double Weight(float logit) => Math.Exp((double)logit - _max);

    /// <summary>The likeliest first.</summary>
    private void Sort(ReadOnlySpan<float> logits, int count)
    {
        for (var at = 0; at < count; at++)
        {
            _keys[at] = ((ulong)Descending(logits[_tokens[at]]) << 32) | (uint)_tokens[at];
        }

        var keys = _keys.AsSpan(0, count);
        keys.Sort();

        for (var at = 0; at < count; at++)
        {
            _tokens[at] = (int)(uint)keys[at];
        }
    }

    /// <summary>A word whose order is the opposite of the numbers' order.</summary>
    private static uint Descending(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits >> 31) == 0 ? ~(bits | 0x8000_0000) : bits;
    }
}
