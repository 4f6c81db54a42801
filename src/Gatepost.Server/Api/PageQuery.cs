using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;

namespace Gatepost.Server.Api;

/// <summary><c>?limit=</c> (1-200, default 50) and <c>?cursor=</c> (opaque) of every list.</summary>
internal sealed class PageQuery(PageRequest request) : IBindableFromHttpContext<PageQuery>, IEndpointParameterMetadataProvider
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public PageRequest Request { get; } = request;

    public static ValueTask<PageQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var faults = QueryFaults.Of(context);
        var limit = ReadLimit(context.Request.Query["limit"], faults);
        var before = ReadCursor(context.Request.Query["cursor"], faults);
        return ValueTask.FromResult<PageQuery?>(new PageQuery(new PageRequest(limit, before)));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(PageMetadata.Instance);

    /// <summary><c>{data, nextCursor}</c></summary>
    public static object View<T>(Page<T> page, Func<T, object> view) =>
        new { data = page.Items.Select(view).ToList(), nextCursor = page.Next is { } next ? Encode(next) : null };

    private static int ReadLimit(string? text, FaultList faults)
    {
        if (text is null)
            return DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit)
            return limit;
        faults.Add("limit", "out_of_range", $"limit must be a whole number from 1 to {MaxLimit}.");
        return DefaultLimit;
    }

    private static long? ReadCursor(string? text, FaultList faults)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        Span<byte> decoded = stackalloc byte[32];
        if (text.Length <= 40 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, decoded, out var written)
            && long.TryParse(decoded[..written], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            return seq;
        }

        faults.Add("cursor", "invalid_cursor", "cursor must be a nextCursor of this list, unchanged.");
        return null;
    }

    private static string Encode(long seq) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(seq.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>Marks a route that takes <c>limit</c> and <c>cursor</c>.</summary>
internal sealed class PageMetadata
{
    public static PageMetadata Instance { get; } = new();
}
