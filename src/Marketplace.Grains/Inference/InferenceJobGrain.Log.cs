using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
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
}
