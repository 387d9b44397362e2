namespace Marketplace.Training.Optimizers;

/// <summary>
/// The rate rises in a line to its peak, then falls along half a cosine to its least. Loshchilov and Hutter 2017.
/// </summary>
internal sealed record CosineSchedule(float Peak, float Least, int WarmUpSteps, int Steps)
{
    /// <summary>The rate of a step, numbered from 1.</summary>
    public float RateOf(int step)
    {
        if (step <= WarmUpSteps)
        {
            return Peak * step / WarmUpSteps;
        }

        var part = (float)(step - WarmUpSteps) / Math.Max(1, Steps - WarmUpSteps);
        return Least + ((Peak - Least) * (1 + MathF.Cos(MathF.PI * part)) / 2);
    }
}
