using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Host.Tests.Verification.Cheats;

/// <summary>Makes a text token by token, and cheats where it is told to.</summary>
internal sealed class CheatingDevice(InferenceEngine engine)
{
    /// <summary>Draws the token of one place otherwise than it should be.</summary>
    public delegate int Draw(ReadOnlySpan<float> logits, int made, int honest);

    /// <summary>Tokens are drawn by the function; what is claimed of the logits is true.</summary>
    public TextClaims Make(GenerationRequest request, Draw draw)
    {
        var prompt = engine.PromptOf(request);
        var sampler = new Sampler(request.Filters, request.Temperature, request.Seed);
        sampler.See(prompt);
        using var sequence = engine.Backend.NewSequence(prompt.Count + request.TokensMax);
        var claims = new List<LogitClaim>();
        int[] next = [.. prompt];

        while (claims.Count < request.TokensMax)
        {
            var logits = sequence.Append(next);
            var token = draw(logits, claims.Count, sampler.Draw(logits, prompt.Count + claims.Count));
            claims.Add(LogitClaim.Of(logits, token));
            sampler.Take(token);

            if (engine.IsEnd(token))
            {
                break;
            }

            next = [token];
        }

        return new(request, claims, engine.IsEnd(claims[^1].Token) ? FinishReason.Stop : FinishReason.Length);
    }

    /// <summary>Claims what this device's model says of a text that was made elsewhere.</summary>
    public TextClaims Claim(TextClaims made)
    {
        var tokens = made.Claims.Select(claim => claim.Token).ToArray();
        var at = 0;
        return Make(made.Request with { TokensMax = tokens.Length }, (_, _, _) => tokens[at++]) with
        {
            Request = made.Request,
            Finish = made.Finish,
        };
    }
}
