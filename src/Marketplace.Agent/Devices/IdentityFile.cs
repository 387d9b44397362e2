using System.Text.Json;

namespace Marketplace.Agent.Devices;

/// <summary>
/// The identity in the data directory, readable by its owner only. The key is written before the market is asked, so
/// that an enrolment whose answer was lost can be repeated with the same code and key.
/// </summary>
internal sealed class IdentityFile(string dataDirectory)
{
    private const string Name = "identity.json";
    private const int BytesMax = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerOnly | UnixFileMode.UserExecute;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string FilePath { get; } = Path.Combine(dataDirectory, Name);

    /// <summary>The enrolled device.</summary>
    /// <exception cref="AgentFault">There is none, or the file is not to be trusted.</exception>
    public DeviceIdentity Load()
    {
        var stored = Read() ?? throw new AgentFault(
            ExitCodes.Input, $"--data: '{FilePath}' does not exist; enrol first (marketplace-agent enrol --help)");

        if (stored.DeviceId is null || stored.ProviderId is null || stored.Market is null)
        {
            throw new AgentFault(
                ExitCodes.Input, $"--data: the enrolment in '{FilePath}' was not finished; run enrol again");
        }

        return new DeviceIdentity(
            stored.DeviceId,
            stored.ProviderId,
            stored.Market,
            stored.Device ?? "auto",
            stored.Region ?? "",
            Math.Max(1, stored.Slots),
            KeyOf(stored));
    }

    /// <summary>
    /// The key for an enrolment: the one of an unfinished enrolment, else a new one, stored before use.
    /// </summary>
    /// <exception cref="AgentFault">The directory holds an enrolled device already, or cannot be written.</exception>
    public DeviceKey KeyForEnrolment()
    {
        if (Read() is { } stored)
        {
            return stored.DeviceId is null
                ? KeyOf(stored)
                : throw new AgentFault(
                    ExitCodes.Input,
                    $"--data: '{FilePath}' is device {stored.DeviceId} already; choose another directory for another "
                        + "device");
        }

        var key = DeviceKey.Create();
        Write(new Stored { SecretKey = Convert.ToBase64String(key.Export()) });

        return key;
    }

    public void Save(DeviceIdentity identity) => Write(new Stored
    {
        DeviceId = identity.DeviceId,
        ProviderId = identity.ProviderId,
        Market = identity.Market,
        Device = identity.Device,
        Region = identity.Region,
        Slots = identity.Slots,
        SecretKey = Convert.ToBase64String(identity.Key.Export()),
    });

    private Stored? Read()
    {
        try
        {
            var info = new FileInfo(FilePath);

            if (!info.Exists)
            {
                return null;
            }

            if (!OperatingSystem.IsWindows() && (info.UnixFileMode & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            {
                throw new AgentFault(
                    ExitCodes.Input, $"--data: '{FilePath}' holds a secret key but others may read it; chmod 600 it");
            }

            if (info.Length > BytesMax)
            {
                throw new AgentFault(ExitCodes.Input, $"--data: '{FilePath}' has over {BytesMax} bytes");
            }

            return JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(FilePath), Json)
                ?? throw new JsonException("it is empty.");
        }
        catch (JsonException fault)
        {
            throw new AgentFault(ExitCodes.Input, $"--data: '{FilePath}' is no identity: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--data: {fault.Message}", fault);
        }
    }

    private DeviceKey KeyOf(Stored stored)
    {
        try
        {
            return DeviceKey.Import(Convert.FromBase64String(stored.SecretKey ?? ""));
        }
        catch (FormatException fault)
        {
            throw new AgentFault(ExitCodes.Input, $"--data: the key in '{FilePath}' is no Ed25519 key", fault);
        }
    }

    private void Write(Stored stored)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(dataDirectory);
            }
            else
            {
                Directory.CreateDirectory(dataDirectory, OwnerDirectory);
            }

            // Whole or not at all: a half-written key is a lost device.
            var temporary = FilePath + ".new";
            File.Delete(temporary);

            var open = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

            if (!OperatingSystem.IsWindows())
            {
                open.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporary, open))
            {
                JsonSerializer.Serialize(file, stored, Json);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, FilePath, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--data: {fault.Message}", fault);
        }
    }

    private sealed record Stored
    {
        public string? DeviceId { get; init; }

        public string? ProviderId { get; init; }

        public Uri? Market { get; init; }

        public string? Device { get; init; }

        public string? Region { get; init; }

        public int Slots { get; init; }

        public string? SecretKey { get; init; }
    }
}
