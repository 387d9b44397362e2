using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Batches;

/// <summary>
/// A form with a file in it (RFC 7578), read as it comes: its bytes go straight to the store, in whatever order the
/// parts are.
/// </summary>
internal sealed record FileUpload(string Name, string Purpose, PutBlobOutcome Stored)
{
    private const int PartsMax = 16;
    private const int PurposeLengthMax = 64;
    private const string FilePart = "file";
    private const string PurposePart = "purpose";

    /// <summary>
    /// Reads the form; the second part is set when it is refused, and then the first as well if bytes were stored.
    /// </summary>
    public static async Task<(FileUpload? Upload, ProblemHttpResult? Refusal)> Read(
        HttpContext http, IBlobStore blobs, long bytesMax)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
        {
            return (null, Problems.Of(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported-media-type",
                "Send a form: Content-Type: multipart/form-data with the parts file and purpose."));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The store counts the bytes itself and stops at the limit.
            limit.MaxRequestBodySize = null;
        }

        try
        {
            return await Read(new MultipartReader(boundary.Value!, http.Request.Body), blobs, bytesMax, http);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return (null, Problems.Invalid(FilePart, "the form is broken: it ends before its last boundary"));
        }
    }

    private static async Task<(FileUpload? Upload, ProblemHttpResult? Refusal)> Read(
        MultipartReader parts, IBlobStore blobs, long bytesMax, HttpContext http)
    {
        var (name, purpose, stored) = (default(string), default(string), default(PutBlobOutcome));

        for (var at = 0; at < PartsMax && await parts.ReadNextSectionAsync(http.RequestAborted) is { } part; at++)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var told))
            {
                continue;
            }

            if (IsNamed(told, FilePart) && stored is null)
            {
                name = HeaderUtilities.RemoveQuotes(
                    told.FileNameStar.HasValue ? told.FileNameStar : told.FileName).Value;
                stored = await blobs.Put(part.Body, null, bytesMax, http.RequestAborted);

                if (stored is not PutBlobOutcome.Stored)
                {
                    break;
                }
            }
            else if (IsNamed(told, PurposePart))
            {
                purpose = await Text(part.Body, http.RequestAborted);
            }
        }

        var faults = new Faults();

        if (stored is null)
        {
            faults.Add(FilePart, "is missing: send the file as a part of this name");
        }
        else if (stored is PutBlobOutcome.Stored && purpose != FileView.BatchPurpose)
        {
            faults.Add(PurposePart, $"is {purpose ?? "missing"}, allowed is {FileView.BatchPurpose}");
        }

        if (name?.Length > BatchLimits.FileNameLengthMax)
        {
            faults.Add(
                FilePart,
                $"has a name of {name.Length} characters, allowed are {BatchLimits.FileNameLengthMax}");
        }

        var upload = stored is null
            ? null
            : new FileUpload(string.IsNullOrEmpty(name) ? FilePart : name, purpose ?? string.Empty, stored);

        return (upload, faults.Any ? Problems.Invalid(faults.Errors) : null);
    }

    private static bool IsNamed(ContentDispositionHeaderValue told, string name) =>
        HeaderUtilities.RemoveQuotes(told.Name).Equals(name, StringComparison.Ordinal);

    private static async Task<string> Text(Stream body, CancellationToken cancel)
    {
        using var reader = new StreamReader(body);
        var text = new char[PurposeLengthMax];
        return new(text, 0, await reader.ReadBlockAsync(text, cancel));
    }
}
