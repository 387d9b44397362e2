namespace Marketplace.Training.Optimizers;

/// <summary>What AdamW is told.</summary>
internal sealed record AdamWOptions(float Beta1, float Beta2, float WeightDecay, float Epsilon = 1e-8f);
