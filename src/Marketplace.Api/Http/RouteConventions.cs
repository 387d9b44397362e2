using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Http;

/// <summary>What all routes of the surface have in common.</summary>
internal static class RouteConventions
{
    private const string ProblemJson = "application/problem+json";

    /// <summary>Documents the refusals of a route.</summary>
    public static RouteHandlerBuilder RefusesWith(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<Problem>(status, ProblemJson);
        }

        return route;
    }

    /// <summary>Names in a problem the address that was refused.</summary>
    public static async ValueTask<object?> NameInstance(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var inner = result is INestedHttpResult nested ? nested.Result : result;

        if (inner is ProblemHttpResult problem)
        {
            problem.ProblemDetails.Instance = context.HttpContext.Request.Path;
        }

        return result;
    }
}
