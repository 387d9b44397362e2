using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutLaneGrain
{
    [LoggerMessage(EventId = 5100, Level = LogLevel.Warning, Message = "Payout lane {Lane} cannot go on: {Trouble}")]
    private static partial void Stuck(ILogger log, string lane, string trouble);

    [LoggerMessage(EventId = 5101, Level = LogLevel.Error, Message = "A step of payout lane {Lane} failed")]
    private static partial void StepFailed(ILogger log, string lane, Exception problem);
}
