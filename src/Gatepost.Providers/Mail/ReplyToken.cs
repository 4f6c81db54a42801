using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Mail;

/// <summary>
/// Names a ticket in the address that its mails are answered to, such as <c>reply+1042.mqw5ankqhogmg@reply.example.com</c>.
/// The second half is 64 bits of HMAC-SHA256 in lower-case Base32, because mail servers lower-case local parts.
/// </summary>
public static class ReplyToken
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>RFC 5321 4.5.3.1.1 allows 64 octets before the at sign; the longest prefix and the MAC need 20 of them.</summary>
    private const int LongestTicket = 40;

    /// <param name="ticket">Letters, digits and dashes.</param>
    /// <param name="key">The organization's current reply key.</param>
    /// <returns>Such as <c>1042.mqw5ankqhogmg</c>.</returns>
    public static string Create(string ticket, string key) => $"{ticket}.{Mac(ticket, key)}";

    /// <returns>The address to put into <c>Reply-To</c>.</returns>
    public static string Address(string ticket, string domain, string key) => $"reply+{Create(ticket, key)}@{domain}";

    /// <returns>The same token as text for the body, where addresses and ids do not survive.</returns>
    public static string BodyMarker(string ticket, string key) => $"{{#ticket:{Create(ticket, key)}#}}";

    /// <summary>Takes <c>ticket.mac</c> and <c>ticket-mac</c>; compares with every key, in constant time.</summary>
    public static bool TryVerify(string token, IReadOnlyList<string> keys, [NotNullWhen(true)] out string? ticket)
    {
        ticket = null;
        var at = token.LastIndexOfAny(['.', '-']);
        if (at <= 0 || !IsTicket(token.AsSpan(0, at)))
            return false;
        var name = token[..at].ToLowerInvariant();
        if (!SecretComparer.IsAny(token[(at + 1)..].ToLowerInvariant(), [.. keys.Select(key => Mac(name, key))]))
            return false;
        ticket = name;
        return true;
    }

    internal static bool IsTicket(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestTicket)
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    private static string Mac(string ticket, string key) =>
        Base32(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"ticket:{ticket}")).AsSpan(0, 8));

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var b in bytes)
        {
            (bits, count) = ((bits << 8) | b, count + 8);
            for (; count >= 5; count -= 5)
                text.Append(Alphabet[(bits >> (count - 5)) & 31]);
            bits &= (1 << count) - 1;
        }

        return count == 0 ? text.ToString() : text.Append(Alphabet[(bits << (5 - count)) & 31]).ToString();
    }
}
