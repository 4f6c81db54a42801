using MimeKit;
using MimeKit.Cryptography;

namespace Gatepost.Providers.Mail;

/// <summary>Whether the address in <c>From</c> is the sender's: by the provider's word, or by our receiver's <c>Authentication-Results</c>.</summary>
internal static class SenderTrust
{
    public static DmarcResult Dmarc(InboundMail mail, MimeMessage message, string? from, MailContext context)
    {
        if (mail.Verdicts.DmarcPass is { } pass)
            return pass ? DmarcResult.Pass : DmarcResult.Fail;
        if (context.TrustedAuthServId is not { Length: > 0 } trusted || Topmost(message, trusted) is not { } results)
            return DmarcResult.None;
        var dmarc = results.Results.FirstOrDefault(r => r.Method.Equals("dmarc", StringComparison.OrdinalIgnoreCase));
        return dmarc?.Result.ToLowerInvariant() switch
        {
            "pass" when message.From.Mailboxes.Count() == 1 && IsFor(dmarc, from) => DmarcResult.Pass,
            "fail" or "permerror" => DmarcResult.Fail,
            _ => DmarcResult.None,
        };
    }

    /// <summary>Senders add their own lines, with any name: they are below those of our receiver.</summary>
    private static AuthenticationResults? Topmost(MimeMessage message, string trusted)
    {
        foreach (var header in message.Headers)
        {
            if (header.Id == HeaderId.AuthenticationResults && AuthenticationResults.TryParse(header.RawValue, out var results)
                && trusted.Equals(results.AuthenticationServiceIdentifier, StringComparison.OrdinalIgnoreCase))
            {
                return results;
            }
        }

        return null;
    }

    /// <summary>The result names the domain that it is about; some receivers name the organization's.</summary>
    private static bool IsFor(AuthenticationMethodResult dmarc, string? from)
    {
        if (from is null || MailAddresses.Domain(from) is not { } domain)
            return false;
        var named = dmarc.Properties.FirstOrDefault(p => p.PropertyType == "header" && p.Property == "from")?.Value;
        return named is null || domain.Equals(named, StringComparison.OrdinalIgnoreCase) || domain.EndsWith($".{named}", StringComparison.OrdinalIgnoreCase);
    }
}
