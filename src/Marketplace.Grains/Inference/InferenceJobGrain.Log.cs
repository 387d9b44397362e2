using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Verification;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Inference;

/// <summary>What a job logs: ids, never prompts or text.</summary>
internal sealed partial class InferenceJobGrain
{
    [LoggerMessage(1, LogLevel.Information, "{Job}: attempt {Attempt} lost, device {Device} is silent")]
    private static partial void LogLost(ILogger log, JobId job, AttemptId attempt, DeviceId device);

    [LoggerMessage(2, LogLevel.Warning, "{Job}: delivery of {Attempt} refused: {Why}")]
    private static partial void LogRefused(ILogger log, JobId job, AttemptId attempt, string why);

    [LoggerMessage(3, LogLevel.Warning, "{Job}: the place of {Attempt} was not given back; it will lapse")]
    private static partial void LogNotReleased(ILogger log, Exception fault, JobId job, AttemptId attempt);

    [LoggerMessage(4, LogLevel.Warning, "{Job}: the text of {Attempt} on {Device} does not stand: {Cause}")]
    private static partial void LogFailedAudit(
        ILogger log, JobId job, AttemptId attempt, DeviceId device, string cause);

    [LoggerMessage(5, LogLevel.Warning, "{Job}: the text of {Attempt} stays unchecked: {Why}")]
    private static partial void LogSkippedAudit(ILogger log, JobId job, AttemptId attempt, string why);

    [LoggerMessage(6, LogLevel.Error, "{Job}: its check broke; it is tried again")]
    private static partial void LogBrokenAudit(ILogger log, Exception fault, JobId job);

    [LoggerMessage(7, LogLevel.Warning, "{Job}: found at fault ({Cause}); another device could look: {Could}")]
    private static partial void LogDoubted(ILogger log, JobId job, string cause, bool could);

    [LoggerMessage(8, LogLevel.Information, "{Job}: second opinion {Attempt} of {Device}: {Opinion}")]
    private static partial void LogOpinion(
        ILogger log, JobId job, AttemptId attempt, DeviceId device, Opinion opinion);

    [LoggerMessage(9, LogLevel.Warning, "{Job}: second opinion {Attempt} of {Device} came to nothing")]
    private static partial void LogPassedOn(ILogger log, JobId job, AttemptId attempt, DeviceId device);

    [LoggerMessage(10, LogLevel.Warning, "{Job}: second opinion {Attempt} of {Device} was not borne out")]
    private static partial void LogOddOne(ILogger log, JobId job, AttemptId attempt, DeviceId device);

    [LoggerMessage(
        11,
        LogLevel.Error,
        "{Job}: two devices contradict what the platform found ({Cause}): calibrate the kind {Kind} for this model")]
    private static partial void LogPlatformOdd(ILogger log, JobId job, string cause, DeviceKind kind);

    [LoggerMessage(12, LogLevel.Information, "{Job}: attempt {Attempt} on {Device} gives way behind {Tokens} tokens")]
    private static partial void LogYielded(ILogger log, JobId job, AttemptId attempt, DeviceId device, int tokens);

    [LoggerMessage(
        14, LogLevel.Information, "{Job}: not checked by the platform ({Why}); {Providers} other providers could")]
    private static partial void LogFirstCheck(ILogger log, JobId job, string why, int providers);

    [LoggerMessage(13, LogLevel.Warning, "{Job}: the tokens of its prompt cannot be counted now")]
    private static partial void LogUncounted(ILogger log, Exception? fault, JobId job);
}
