using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Gatepost.Events.Schemas;

/// <param name="Name">ASCII without anything that JSON escapes.</param>
internal sealed record SchemaMember(string Name, SchemaNode Schema, bool Required);

/// <summary>The keywords about objects: properties, required, additionalProperties.</summary>
/// <param name="known">At most <see cref="MaxKnown"/>.</param>
/// <param name="additional">For members that are not known; null takes them as they are.</param>
internal sealed class SchemaMembers(IReadOnlyList<SchemaMember> known, SchemaNode? additional)
{
    /// <summary>One bit each in the mask of those seen.</summary>
    public const int MaxKnown = 64;

    private readonly SchemaNode[] schemas = [.. known.Select(m => m.Schema)];
    private readonly byte[][] names = [.. known.Select(m => Encoding.UTF8.GetBytes(m.Name))];
    private readonly ulong required = known.Select((m, i) => m.Required ? 1UL << i : 0).Aggregate(0UL, (mask, bit) => mask | bit);

    public bool Check(JsonElement value, SchemaFaults? faults)
    {
        var (valid, seen, next) = (true, 0UL, 0);
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            var index = IndexOf(name, next);
            if (index >= 0)
            {
                seen |= 1UL << index;
                next = index + 1;
            }

            var schema = index >= 0 ? schemas[index] : additional;
            valid &= schema is null || schema.Check(member.Value, faults?.Member(Encoding.UTF8.GetString(name)));
            if (!valid && faults is null)
                return false;
        }

        return CheckRequired(required & ~seen, faults) && valid;
    }

    private bool CheckRequired(ulong missing, SchemaFaults? faults)
    {
        if (missing == 0)
            return true;
        foreach (var (index, member) in known.Index())
        {
            if ((missing & (1UL << index)) != 0)
                faults?.Member(member.Name).Add("required", "is required.");
        }

        return false;
    }

    /// <param name="name">The member's name as it was sent, with escapes if any.</param>
    /// <param name="next">Where to look first: members mostly come in the order of the schema.</param>
    private int IndexOf(ReadOnlySpan<byte> name, int next)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxUnescaped];
        var text = JsonText.Ascii(name, buffer);
        for (var tried = 0; tried < names.Length; tried++)
        {
            var index = next + tried < names.Length ? next + tried : next + tried - names.Length;
            if (text.SequenceEqual(names[index]))
                return index;
        }

        return -1;
    }
}
