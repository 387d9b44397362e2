using Marketplace.Domain;

namespace Marketplace.Host.Crashes;

/// <summary>Chooses what checkpoints do: nothing, unless a crash test asks for more.</summary>
internal static class CheckpointSetup
{
    /// <summary>Registers the crash that the environment asks for.</summary>
    /// <exception cref="StartException">It is asked for in production, or names no checkpoint.</exception>
    public static void AddCheckpoint(this WebApplicationBuilder builder)
    {
        var text = builder.Configuration[Checkpoints.CrashAtKey];

        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        if (builder.Environment.IsProduction())
        {
            throw new StartException(
                $"{Checkpoints.CrashAtKey} ends the host on purpose and is refused in the Production environment: "
                + "leave it out, or set ASPNETCORE_ENVIRONMENT to another name for a crash test.");
        }

        builder.Services.AddSingleton<ICheckpoint>(
            text[0] == CrashFile.Mark ? new CrashFile(text[1..]) : CrashPoint.Parse(text));
    }
}
