using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Mail;

/// <summary>
/// Names one outbound message in its <c>Message-ID</c> (<c>t1042.m77.a7390e23a0162ff8@mail.example.com</c>) and in its return path
/// (<c>bounce+1042.77.a7390e23a0162ff8@reply.example.com</c>), so that answers and bounces name it without a look-up.
/// </summary>
public static class MessageToken
{
    /// <returns>A Message-ID without angle brackets.</returns>
    public static string MessageId(string ticket, string message, string domain, string key) => $"t{ticket}.m{message}.{Mac(ticket, message, key)}@{domain}";

    /// <returns>The address to use as SMTP <c>MAIL FROM</c>.</returns>
    public static string BounceAddress(string ticket, string message, string domain, string key) => $"bounce+{ticket}.{message}.{Mac(ticket, message, key)}@{domain}";

    /// <param name="id">With or without angle brackets; the domain is not looked at, the MAC proves the rest.</param>
    /// <param name="keys">Any may have signed.</param>
    public static bool TryVerifyMessageId(string id, IReadOnlyList<string> keys, [NotNullWhen(true)] out SignedMessage? message)
    {
        message = null;
        var parts = Local(id).Split('.');
        return parts is [['t' or 'T', .. var ticket], ['m' or 'M', .. var number], var mac] && TryVerify(ticket, number, mac, keys, out message);
    }

    /// <param name="localPart">Of the envelope recipient, such as <c>bounce+1042.77.a7390e23a0162ff8</c>.</param>
    /// <param name="keys">Any may have signed.</param>
    public static bool TryVerifyBounce(string localPart, IReadOnlyList<string> keys, [NotNullWhen(true)] out SignedMessage? message)
    {
        message = null;
        return localPart.StartsWith("bounce+", StringComparison.OrdinalIgnoreCase)
            && localPart[7..].Split('.') is [var ticket, var number, var mac] && TryVerify(ticket, number, mac, keys, out message);
    }

    /// <param name="localPart">Of a return path that <see cref="TryVerifyBounce"/> took.</param>
    /// <param name="domain">Of the return path.</param>
    /// <returns>The Message-ID that goes with it where both have the same domain: they carry the same MAC.</returns>
    internal static string MessageIdOfBounce(string localPart, string domain)
    {
        var parts = localPart[7..].ToLowerInvariant().Split('.');
        return $"t{parts[0]}.m{parts[1]}.{parts[2]}@{domain.ToLowerInvariant()}";
    }

    private static bool TryVerify(string ticket, string number, string mac, IReadOnlyList<string> keys, out SignedMessage? message)
    {
        message = null;
        if (!ReplyToken.IsTicket(ticket) || !ReplyToken.IsTicket(number))
            return false;
        (ticket, number) = (ticket.ToLowerInvariant(), number.ToLowerInvariant());
        if (!SecretComparer.IsAny(mac.ToLowerInvariant(), [.. keys.Select(key => Mac(ticket, number, key))]))
            return false;
        message = new SignedMessage(ticket, number);
        return true;
    }

    private static string Local(string id)
    {
        var bare = id.AsSpan().Trim("<> ");
        var at = bare.IndexOf('@');
        return bare[..(at < 0 ? bare.Length : at)].ToString();
    }

    private static string Mac(string ticket, string message, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"msg:{ticket}:{message}")).AsSpan(0, 8));
}

/// <summary>An outbound message, as its own signed id names it.</summary>
public sealed record SignedMessage(string Ticket, string Message);
