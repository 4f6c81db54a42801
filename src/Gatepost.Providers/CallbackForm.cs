using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers;

/// <summary><c>application/x-www-form-urlencoded</c> as it was sent: order and repetitions kept.</summary>
internal sealed class CallbackForm
{
    private readonly List<KeyValuePair<string, string>> fields;

    private CallbackForm(List<KeyValuePair<string, string>> fields) => this.fields = fields;

    /// <summary>In the order sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields => fields;

    public static CallbackForm Parse(ReadOnlyMemory<byte> body) => Parse(Encoding.UTF8.GetString(body.Span));

    /// <param name="text">A body, or a query without its question mark.</param>
    public static CallbackForm Parse(string text)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(text.TrimStart('?')))
            found.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        return new CallbackForm(found);
    }

    /// <returns>The first value; null when the name is absent.</returns>
    public string? Value(string name)
    {
        foreach (var (key, value) in fields)
        {
            if (key == name)
                return value;
        }

        return null;
    }

    public StringValues Values(string name) => new([.. fields.Where(f => f.Key == name).Select(f => f.Value)]);
}
