using Marketplace.Api.Http;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Verification;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Verification;

/// <summary>The files of kept findings.</summary>
internal sealed class FindingFiles([FromKeyedServices(FindingView.BlobsKey)] IBlobStore blobs)
{
    /// <summary>
    /// A finding with its file, to be disposed of by the answer; null where it is not there any more.
    /// </summary>
    public async Task<(FindingView Finding, Stream File)?> Open(FindingId id, Desk desk) =>
        await desk.Grains.GetGrain<IStatementGrain>(0).Finding(id) is { } finding
        && await blobs.OpenRead(finding.Sha256) is { } file
            ? (finding, file)
            : null;

    public static FileStreamHttpResult Answer(Stream file) => TypedResults.Stream(file, "application/json");
}
