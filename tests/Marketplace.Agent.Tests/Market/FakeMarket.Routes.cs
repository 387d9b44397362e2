using Marketplace.Agent.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Agent.Tests.Market;

/// <summary>The routes of the fake market.</summary>
internal sealed partial class FakeMarket
{
    private void Map()
    {
        _app.MapPost(AgentRoutes.Enrol, (EnrolRequest request) => Enrol(request) is { } answer
            ? Results.Ok(answer)
            : Results.Problem(statusCode: 409, detail: "The code is used up.", extensions: Coded("enrolment-code-unknown")));
        _app.MapPost(AgentRoutes.Challenge, (ChallengeRequest _) => Challenge());
        _app.MapPost(AgentRoutes.Session, (SessionRequest request) => Session(request) is { } session
            ? Results.Ok(session)
            : Results.Unauthorized());

        _app.Use(async (context, next) =>
        {
            var path = context.Request.Path.Value ?? "";
            var open = path is AgentRoutes.Enrol or AgentRoutes.Challenge or AgentRoutes.Session;
            var bearer = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);

            if (path == AgentRoutes.Hub && !HasHub)
            {
                context.Response.StatusCode = 503;
            }
            else if (!open && !Knows(bearer))
            {
                context.Response.StatusCode = 401;
            }
            else
            {
                await next();
            }
        });

        _app.MapPost(AgentRoutes.Lease, () => Came(AgentRoutes.Lease, Take() is { } order
            ? Results.Ok(order)
            : Results.NoContent()));
        _app.MapPost(AgentRoutes.Heartbeat, (HeartbeatMessage message) => Came(AgentRoutes.Heartbeat, Heard(message)));
        _app.MapPost(AgentRoutes.Models, (ModelsMessage message) => Heard(message));
        _app.MapPost(AgentRoutes.Tokens, (TokensMessage message) =>
            Came(AgentRoutes.Tokens, ReplyResponse.From(Heard(message), ResendFrom(message))));
        _app.MapPost(AgentRoutes.Text, (TextDoneMessage message) =>
            Took(AgentRoutes.Text, () => Texts.Writer.TryWrite(message)));
        _app.MapPost(AgentRoutes.Embedding, (EmbeddingDoneMessage message) =>
            Took(AgentRoutes.Embedding, () => Embeddings.Writer.TryWrite(message)));
        _app.MapPost(AgentRoutes.Audit, (AuditDoneMessage message) =>
            Took(AgentRoutes.Audit, () => Audits.Writer.TryWrite(message)));
        _app.MapPost(AgentRoutes.Unit, (UnitDoneMessage message) =>
        {
            Took(AgentRoutes.Unit, () => Units.Writer.TryWrite(message));
            return ReplyResponse.From(OnUnit(message));
        });
        _app.MapPost(AgentRoutes.Fail, (FailedMessage message) =>
            Took(AgentRoutes.Fail, () => Failures.Writer.TryWrite(message)));
        _app.MapGet(AgentRoutes.Blobs + "/{sha256}", GetBlob);
        _app.MapPut(AgentRoutes.Blobs + "/{sha256}", PutBlob);
        _app.MapHub<FakeHub>(AgentRoutes.Hub);
    }

    private static Dictionary<string, object?> Coded(string code) => new() { ["code"] = code };

    private ReplyResponse Took(string way, Func<bool> take)
    {
        Came(way, way);
        take();

        return ReplyResponse.From(DeliverReply.Accepted);
    }

    internal T Came<T>(string way, T answer)
    {
        Ways.Enqueue(way);
        return answer;
    }

    private async Task GetBlob(HttpContext context, string sha256)
    {
        if (Blob(sha256) is not { } bytes)
        {
            context.Response.StatusCode = 404;
            return;
        }

        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0);
        BlobOffsets.Enqueue(from);
        BlobWorks.Enqueue(context.Request.Query[AgentRoutes.WorkQuery].ToString());
        context.Response.StatusCode = from > 0 ? 206 : 200;
        context.Response.ContentLength = bytes.Length - from;

        if (from > 0)
        {
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        if (CutBlobAfter is { } cut)
        {
            CutBlobAfter = null;
            await context.Response.Body.WriteAsync(bytes.AsMemory(from, cut));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(bytes.AsMemory(from));
    }

    private async Task<IResult> PutBlob(HttpContext context, string sha256)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        _blobs[sha256] = memory.ToArray();

        return Results.NoContent();
    }
}
