using System.Text;
using System.Text.Json;

namespace Gatepost.Providers.SendGridInbound;

/// <summary>The form's fields as texts. A field's charset stands in another field, <c>charsets</c>.</summary>
internal sealed class SendGridForm
{
    private readonly CallbackMultipart form;
    private readonly JsonElement? charsets;

    /// <exception cref="CallbackFormatException">It is no complete form.</exception>
    public SendGridForm(CallbackRequest request)
    {
        form = CallbackMultipart.Parse(request);
        charsets = Json("charsets");
    }

    public IEnumerable<CallbackMultipart.Part> Files => form.Parts.Where(p => p.FileName is not null);

    public ReadOnlyMemory<byte>? Bytes(string name) => form.Find(name)?.Content;

    public string? Text(string name) => Bytes(name) is { } bytes ? Charset(charsets.Text(name)).GetString(bytes.Span) : null;

    /// <returns>Null when the field is absent or no JSON: an odd side field must not cost the mail.</returns>
    public JsonElement? Json(string name)
    {
        try
        {
            return Bytes(name) is { } bytes ? CallbackJson.Parse(bytes) : null;
        }
        catch (CallbackFormatException)
        {
            return null;
        }
    }

    private static Encoding Charset(string? name)
    {
        if (name is null)
            return Encoding.UTF8;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }
}
