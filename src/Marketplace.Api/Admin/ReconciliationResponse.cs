using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Api.Admin;

/// <summary>The books beside the card processor's account of our balance.</summary>
/// <param name="Agrees" example="true">Whether both say the same and every line is explained.</param>
/// <param name="At">When they were compared.</param>
/// <param name="BookedMicroUsd" example="23980000">What the books say, millionths of a US dollar.</param>
/// <param name="ProcessorMicroUsd" example="23980000">
/// What the processor says; refunds that have not succeeded are added back.
/// </param>
/// <param name="Lines" example="2">Lines of the processor that were read; 0 when there are too many.</param>
/// <param name="Unexplained">Lines and journals without each other, at most 20.</param>
internal sealed record ReconciliationResponse(
    bool Agrees,
    DateTimeOffset At,
    long BookedMicroUsd,
    long ProcessorMicroUsd,
    int Lines,
    IReadOnlyList<string> Unexplained)
{
    public static ReconciliationResponse From(ReconciliationView view) => new(
        view.Agrees, view.At, view.BookedMicroUsd, view.ProcessorMicroUsd, view.Lines, view.Unexplained);
}
