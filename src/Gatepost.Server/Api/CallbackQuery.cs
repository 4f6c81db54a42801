using System.Reflection;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Microsoft.AspNetCore.Http.Metadata;

namespace Gatepost.Server.Api;

/// <summary>The filters of the inbox.</summary>
internal sealed class CallbackQuery(CallbackFilter filter) : IBindableFromHttpContext<CallbackQuery>, IEndpointParameterMetadataProvider
{
    public CallbackFilter Filter { get; } = filter;

    public static ValueTask<CallbackQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = new QueryReader(context);
        return ValueTask.FromResult<CallbackQuery?>(new CallbackQuery(new CallbackFilter(
            query.Id("accountId"),
            query.Read<CallbackStatus?>("status", CallbackStatuses.Parse, "unknown_status", "status must be received, processed, refused, unparsed, failed or quarantined."),
            query.Read("provider", text => ProviderCatalog.All.Any(p => p.Name == text) ? text : null, "unknown_provider", "provider must be an account type, such as twilio."))));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Takes(
        new("accountId", QueryParameterType.Id, "Of this provider account."),
        new("status", QueryParameterType.Text, "In this state.") { OneOf = [.. Enum.GetValues<CallbackStatus>().Select(CallbackStatuses.Name)] },
        new("provider", QueryParameterType.Text, "Of this provider."));
}
