using System.Security.Claims;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Http;
using Marketplace.Api.Renders;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// What agents do over HTTPS: enrol, sign in, move files, and everything of the hub without a socket.
/// </summary>
internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder app, ApiOptions options)
    {
        var signIn = app.MapGroup(string.Empty)
            .ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(options.JsonBytesMax));

        signIn.MapPost(AgentRoutes.Enrol, Enrol);
        signIn.MapPost(AgentRoutes.Challenge, Challenge);
        signIn.MapPost(AgentRoutes.Session, OpenSession);

        var agents = app.MapGroup(string.Empty)
            .ExcludeFromDescription()
            .RequireAuthorization(Policies.Agent)
            .WithMetadata(new RequestSizeLimitAttribute(options.JsonBytesMax));

        agents.MapPost(AgentRoutes.Lease, Lease);
        agents.MapPost(AgentRoutes.Heartbeat, Heartbeat);
        agents.MapPost(AgentRoutes.Models, Models);
        agents.MapPost(AgentRoutes.Tokens, StreamTokens);
        agents.MapPost(AgentRoutes.Text, DeliverText)
            .WithMetadata(new RequestSizeLimitAttribute(AgentRoutes.TextBytesMax));
        agents.MapPost(AgentRoutes.Unit, DeliverUnit);
        agents.MapPost(AgentRoutes.Embedding, DeliverEmbedding);
        agents.MapPost(AgentRoutes.Audit, DeliverAudit)
            .WithMetadata(new RequestSizeLimitAttribute(AgentRoutes.TextBytesMax));
        agents.MapPost(AgentRoutes.Fail, Fail);
        agents.MapGet(AgentRoutes.Blobs + "/{sha256}", GetBlob);
        agents.MapPut(AgentRoutes.Blobs + "/{sha256}", PutBlob).WithMetadata(new DisableRequestSizeLimitAttribute());

        app.MapHub<AgentHub>(AgentRoutes.Hub).RequireAuthorization(Policies.Agent);
    }

    private static async Task<Results<Ok<EnrolResponse>, ProblemHttpResult>> Enrol(EnrolRequest request, Desk desk)
    {
        if (Outdated(request.ProtocolVersion) is { } outdated)
        {
            return outdated;
        }

        var faults = SignIn.Check(request);

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var device = await desk.Grains.GetGrain<IEnrolmentGrain>(EnrolmentKey.Of(request.Code))
            .Redeem(new(SignIn.ReadBase64(request.PublicKey)!, SignIn.ToSpec(request)));

        return device is not null
            ? TypedResults.Ok(new EnrolResponse(device.Id.Value, device.Provider.Value))
            : Problems.Of(
                StatusCodes.Status404NotFound, "enrolment-code-unknown", "The code is unknown, used up or expired.");
    }

    private static async Task<Results<Ok<ChallengeResponse>, ProblemHttpResult>> Challenge(
        ChallengeRequest request, Desk desk)
    {
        if (Outdated(request.ProtocolVersion) is { } outdated)
        {
            return outdated;
        }

        return Ids.Read<DeviceId>(request.DeviceId, out var device)
            && await desk.Grains.GetGrain<IDeviceGrain>(device.Value).Challenge() is { } challenge
                ? TypedResults.Ok(new ChallengeResponse(Convert.ToBase64String(challenge.Nonce)))
                : Unknown();
    }

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> OpenSession(
        SessionRequest request, Desk desk)
    {
        if (!Ids.Read<DeviceId>(request.DeviceId, out var id)
            || SignIn.ReadBase64(request.Nonce) is not { } nonce
            || SignIn.ReadBase64(request.Signature) is not { } signature)
        {
            return Unknown();
        }

        var device = desk.Grains.GetGrain<IDeviceGrain>(id.Value);

        return await device.Describe() is { } view
            && SignIn.IsSigned(id, view.PublicKey, nonce, signature)
            && await device.OpenSession(nonce) is { } session
                ? TypedResults.Ok(new SessionResponse(AgentAuthentication.Told(session.Token), session.ExpiresAt))
                : Unknown();
    }

    private static async Task<Results<Ok<WorkOrderMessage>, NoContent>> Lease(ClaimsPrincipal user, AgentDesk desk) =>
        await desk.Lease(AgentAuthentication.DeviceOf(user)) is { } order
            ? TypedResults.Ok(order)
            : TypedResults.NoContent();

    private static async Task<Ok<string[]>> Heartbeat(HeartbeatMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        TypedResults.Ok(await desk.Heartbeat(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<KeepModelMessage[]>> Models(
        ModelsMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        TypedResults.Ok(await desk.Models(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<ReplyResponse>> StreamTokens(
        TokensMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        TypedResults.Ok(await desk.StreamTokens(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<ReplyResponse>> DeliverText(
        TextDoneMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        Reply(await desk.DeliverText(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<ReplyResponse>> DeliverEmbedding(
        EmbeddingDoneMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        Reply(await desk.DeliverEmbedding(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<ReplyResponse>> DeliverUnit(
        UnitDoneMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        Reply(await desk.DeliverUnit(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<ReplyResponse>> DeliverAudit(
        AuditDoneMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        Reply(await desk.DeliverAudit(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Ok<ReplyResponse>> Fail(FailedMessage message, ClaimsPrincipal user, AgentDesk desk) =>
        Reply(await desk.Fail(AgentAuthentication.DeviceOf(user), message));

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> GetBlob(
        string sha256, string[]? work, ClaimsPrincipal user, AgentDesk desk, IBlobStore blobs, HttpContext http) =>
        AssetHash.IsOne(sha256)
            && await desk.MayRead(AgentAuthentication.DeviceOf(user), sha256, work ?? [])
            && await blobs.OpenRead(sha256, http.RequestAborted) is { } file
            ? TypedResults.Stream(
                file,
                "application/octet-stream",
                entityTag: new EntityTagHeaderValue($"\"{sha256}\""),
                enableRangeProcessing: file.CanSeek)
            : Problems.NotFound("file");

    private static async Task<Results<NoContent, ProblemHttpResult>> PutBlob(
        string sha256, ClaimsPrincipal user, Desk desk, AgentUploads uploads, IBlobStore blobs, HttpContext http)
    {
        var bytes = http.Request.ContentLength ?? desk.Options.AgentBlobBytesMax;

        if (uploads.Take(AgentAuthentication.DeviceOf(user), bytes) is { } wait)
        {
            http.Response.Headers.RetryAfter = $"{(long)Math.Ceiling(wait.TotalSeconds)}";
            return Problems.Of(
                StatusCodes.Status429TooManyRequests,
                "upload-budget-exceeded",
                $"A device uploads at most {desk.Options.AgentUploadBytesPerHour} bytes an hour.");
        }

        var (_, refusal) = await AssetEndpoints.Receive(sha256, desk.Options.AgentBlobBytesMax, blobs, http);

        return refusal is null ? TypedResults.NoContent() : refusal;
    }

    private static Ok<ReplyResponse> Reply(DeliverReply reply) => TypedResults.Ok(ReplyResponse.From(reply));

    private static ProblemHttpResult? Outdated(int version) => version == AgentRoutes.Version
        ? null
        : Problems.Of(
            StatusCodes.Status426UpgradeRequired,
            "protocol-version",
            $"The agent speaks protocol {version}, this market {AgentRoutes.Version}: update the agent.",
            ("version", AgentRoutes.Version));

    /// <summary>One answer for every failure of a sign-in, so that it tells nothing about devices.</summary>
    private static ProblemHttpResult Unknown() => Problems.Of(
        StatusCodes.Status401Unauthorized, "sign-in-refused",
        "The device is unknown, or the signature or nonce is wrong.");
}
