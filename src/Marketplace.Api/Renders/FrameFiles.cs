using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Renders;

/// <summary>The files of a finished frame.</summary>
internal static class FrameFiles
{
    /// <summary>The words for formats.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<FrameFormat>().Select(WordOf));

    public static string WordOf(FrameFormat format) => format switch
    {
        FrameFormat.Png8 => "png8",
        FrameFormat.Png16 => "png16",
        FrameFormat.Exr16 => "exr16",
        FrameFormat.Exr32 => "exr32",
        _ => throw new UnreachableException(format.ToString()),
    };

    /// <summary>No word is the PNG that every frame has.</summary>
    public static bool TryRead(string? word, out FrameFormat format)
    {
        format = FrameFormat.Png8;

        foreach (var known in Enum.GetValues<FrameFormat>())
        {
            if (string.Equals(WordOf(known), word, StringComparison.Ordinal))
            {
                format = known;
                return true;
            }
        }

        return word is null;
    }

    /// <summary>The ending of its name.</summary>
    public static string EndingOf(FrameFormat format) =>
        format is FrameFormat.Png8 or FrameFormat.Png16 ? "png" : "exr";

    /// <summary>Sends one file of a frame.</summary>
    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Send(
        RenderView render, FrameView frame, FrameFormat format, IBlobStore blobs)
    {
        if (frame.ImageSha256 is not { } png)
        {
            return RenderEndpoints.NotFinished(frame);
        }

        if (!frame.IsReleased)
        {
            return Problems.Of(
                StatusCodes.Status409Conflict,
                "frame-not-approved",
                $"Frame {frame.Frame} waits for your word: look at its preview, and approve it to have the picture.");
        }

        var hash = format == FrameFormat.Png8
            ? png
            : frame.Files.FirstOrDefault(file => file.Format == format)?.Sha256;

        if (hash is null)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound,
                "format-not-ordered",
                $"The render has no {WordOf(format)}: its order names the outputs that are made.");
        }

        return await blobs.OpenRead(hash) is { } file
            ? TypedResults.Stream(
                file,
                EndingOf(format) == "png" ? "image/png" : "image/x-exr",
                $"{render.Id}-{frame.Frame:0000}.{EndingOf(format)}",
                entityTag: new EntityTagHeaderValue($"\"{hash}\""),
                enableRangeProcessing: file.CanSeek)
            : Problems.NotFound("frame");
    }
}
