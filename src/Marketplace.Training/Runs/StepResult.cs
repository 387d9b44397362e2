namespace Marketplace.Training.Runs;

/// <summary>What a step told.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Mean a token before the step, in nats.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Tokens">Tokens predicted.</param>
internal sealed record StepResult(int Step, double Loss, float GradientNorm, float Rate, int Tokens);
