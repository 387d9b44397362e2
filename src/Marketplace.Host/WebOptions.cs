using System.ComponentModel.DataAnnotations;

namespace Marketplace.Host;

/// <summary>Where the host listens and whom it tells; section <c>Host</c>.</summary>
public sealed class WebOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Host";

    /// <summary>Address to listen on, such as http://127.0.0.1:0; null leaves it to ASPNETCORE_URLS.</summary>
    public string? Url { get; set; }

    /// <summary>File that is written once the host takes requests: <c>{"url","pid"}</c>. Null for none.</summary>
    public string? ReadyFile { get; set; }

    /// <summary>How long a stopping host may finish what it has begun.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>OTLP endpoint for traces and metrics, such as http://collector:4317; null for none.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>How often waiting and silent work, and earnings in their holdback, are looked after.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Readings of uploaded models and scenes that may run side by side.</summary>
    [Range(1, 64)]
    public int Readers { get; set; } = 2;

    /// <summary>Frames of one PNG of 8 bits that may be put together side by side.</summary>
    [Range(1, 64)]
    public int Assemblers { get; set; } = 1;

    /// <summary>Frames with other files or layers that may be put together beside those.</summary>
    [Range(1, 64)]
    public int LongAssemblers { get; set; } = 1;

    internal static string? WhyBadUrl(string? text, string key) =>
        text is null || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? null
            : $"{key} is '{text}': expected an absolute address such as http://127.0.0.1:5000.";
}
