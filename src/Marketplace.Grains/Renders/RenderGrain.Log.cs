using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Renders;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Renders;

/// <summary>What a render logs.</summary>
internal sealed partial class RenderGrain
{
    [LoggerMessage(1, LogLevel.Information, "{Render}: attempt {Attempt} lost, device {Device} is silent")]
    private static partial void LogLost(ILogger log, RenderId render, AttemptId attempt, DeviceId device);

    [LoggerMessage(2, LogLevel.Warning, "{Render}: delivery of {Attempt} refused: {Why}")]
    private static partial void LogRefused(ILogger log, RenderId render, AttemptId attempt, string why);

    [LoggerMessage(3, LogLevel.Warning, "{Render}: no picture of frame {Frame}: {Why}")]
    private static partial void LogFrameFault(ILogger log, RenderId render, int frame, string why);

    [LoggerMessage(4, LogLevel.Warning, "{Render}: the picture of frame {Frame} was not asked for; the next wake does")]
    private static partial void LogNotAsked(ILogger log, Exception fault, RenderId render, int frame);

    [LoggerMessage(6, LogLevel.Warning, "{Render}: the sums of unit {Unit} by {Attempt} cannot be used: {Why}")]
    private static partial void LogBadSums(ILogger log, RenderId render, int unit, AttemptId attempt, string why);

    [LoggerMessage(
        7, LogLevel.Warning, "{Render}: unit {Unit} by {Attempt} of {Device} was checked and does not stand: {Why}")]
    private static partial void LogFailedAudit(
        ILogger log, RenderId render, int unit, AttemptId attempt, DeviceId device, string why);

    [LoggerMessage(8, LogLevel.Warning, "{Render}: unit {Unit} by {Attempt} is used unchecked: {Why}")]
    private static partial void LogSkippedAudit(
        ILogger log, RenderId render, int unit, AttemptId attempt, string why);

    [LoggerMessage(9, LogLevel.Information, "{Render}: unit {Unit} by {Attempt} is close, and made again by others")]
    private static partial void LogDoubt(ILogger log, RenderId render, int unit, AttemptId attempt);

    [LoggerMessage(10, LogLevel.Warning, "{Render}: {Attempt} was drawn and showed no leaves; {Device} is watched")]
    private static partial void LogEvaded(ILogger log, RenderId render, AttemptId attempt, DeviceId device);

    [LoggerMessage(11, LogLevel.Warning, "{Render}: a check broke off; the next wake begins it again")]
    private static partial void LogBrokenAudit(ILogger log, Exception fault, RenderId render);

    [LoggerMessage(
        12, LogLevel.Warning, "{Render}: rejected frame {Frame}: {Bad} of its units do not stand, {Near} are close")]
    private static partial void LogTakenBack(ILogger log, RenderId render, int frame, int bad, int near);

    [LoggerMessage(
        13, LogLevel.Warning, "{Render}: {Units} other units of {Device} are thrown away, since one does not stand")]
    private static partial void LogDiscarded(ILogger log, RenderId render, int units, DeviceId device);

    [LoggerMessage(14, LogLevel.Information, "{Render}: all who share it have left; {Shares} may share it now")]
    private static partial void LogSpares(ILogger log, RenderId render, int shares);

    [LoggerMessage(5, LogLevel.Warning, "{Render}: the place of {Attempt} was not given back; it will lapse")]
    private static partial void LogNotReleased(ILogger log, Exception fault, RenderId render, AttemptId attempt);

    [LoggerMessage(30, LogLevel.Warning, "{Render}: a look at the noise broke off; the next wake begins it again")]
    private static partial void LogBrokenLook(ILogger log, Exception fault, RenderId render);
}
