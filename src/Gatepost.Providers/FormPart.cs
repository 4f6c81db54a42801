using System.Text;

namespace Gatepost.Providers;

/// <summary>One field or file of a form, as octets: nobody promises that they are UTF-8.</summary>
internal sealed record FormPart(string Name, ReadOnlyMemory<byte> Value, string? FileName = null, string? ContentType = null)
{
    public string Text => Encoding.UTF8.GetString(Value.Span);
}
