using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Marketplace.Grains.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.Http;

/// <summary>Which page of a list is wanted.</summary>
internal readonly record struct PageQuery(
    [property: FromQuery(Name = "limit"), Description("Items on a page: 1 to 100, 20 unless told.")] int? Limit,
    [property: FromQuery(Name = "after"), Description("The cursor `next` of the page before.")] string? After,
    HttpContext Http)
{
    /// <summary>Items on the longest page.</summary>
    public const int LimitMax = 100;

    private const int LimitDefault = 20;
    private const string CursorMark = "c1:";

    /// <summary>Whether no page was asked for: a list that may be shown whole is.</summary>
    public bool IsOpen => Limit is null && After is null;

    /// <summary>Items wanted.</summary>
    public int Count => Limit switch
    {
        null => LimitDefault,
        >= 1 and <= LimitMax => Limit.Value,
        _ => throw new InvalidFieldException("limit", $"is {Limit}, allowed are 1 to {LimitMax}"),
    };

    /// <summary>Where the page begins, or null at the newest.</summary>
    public long? Before => After is null ? null : Read(After);

    public ListQuery List(string? owner, string? state = null) => new(owner, state, Before, Count);

    /// <summary>The page as an answer, with its Link header (RFC 8288).</summary>
    public PageResponse<TShown> Answer<TItem, TShown>(Page<TItem> page, Func<TItem, TShown> show)
    {
        var next = page.Next is { } at ? Write(at) : null;

        if (next is not null)
        {
            Http.Response.Headers.Link = $"<{Http.Request.Path}?limit={Count}&after={next}>; rel=\"next\"";
        }

        return new([.. page.Data.Select(show)], next is not null, next);
    }

    private static string Write(long at) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(CursorMark + at.ToString(CultureInfo.InvariantCulture)));

    private static long Read(string cursor)
    {
        var text = cursor.Length <= 64 && Base64Url.IsValid(cursor)
            ? Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor))
            : string.Empty;

        return text.StartsWith(CursorMark, StringComparison.Ordinal)
            && long.TryParse(
                text.AsSpan(CursorMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? at
            : throw new InvalidFieldException("after", "is no cursor of a list: send the 'next' of the page before");
    }
}
